namespace Snakepit.Cluster.Tests.Telemetry;

/// <summary>One data point of a metric, as a collector gets it.</summary>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Attributes">Of the point.</param>
/// <param name="Resource">Of the program that sent it.</param>
/// <param name="Count">Its number, for a histogram how many values there were.</param>
/// <param name="Exemplars">Traces that it links to.</param>
internal sealed record OtlpPoint(
    string Metric,
    string Unit,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyDictionary<string, string> Resource,
    double Count,
    IReadOnlyList<string> Exemplars);

/// <summary>One span, as a collector gets it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Trace">Its trace.</param>
/// <param name="Id">Its own number in it.</param>
/// <param name="Parent">That of its parent; empty for none.</param>
/// <param name="Kind">1 internal, 2 server, 3 client.</param>
/// <param name="Attributes">Its attributes.</param>
/// <param name="Events">Names of its events.</param>
internal sealed record OtlpSpan(
    string Name,
    string Trace,
    string Id,
    string Parent,
    ulong Kind,
    IReadOnlyDictionary<string, string> Attributes,
    IReadOnlyList<string> Events);

/// <summary>Reads the messages of the OpenTelemetry protocol; the numbers are those of its published definitions.</summary>
internal static class OtlpMessages
{
    private const int Gauge = 5, Sum = 7, Histogram = 9;

    /// <summary>Of an <c>ExportMetricsServiceRequest</c>.</summary>
    public static IEnumerable<OtlpPoint> Points(byte[] body) =>
        from resource in WireMessage.Read(body).Messages(1)
        from scope in resource.Messages(2)
        from metric in scope.Messages(2)
        from kind in new[] { Gauge, Sum, Histogram }
        from data in metric.Messages(kind)
        from point in data.Messages(1)
        select new OtlpPoint(
            metric.Text(1),
            metric.Text(3),
            Attributes(point, kind == Histogram ? 9 : 7),
            Attributes(resource.Message(1), 1),
            kind == Histogram ? point.Number(4) ?? 0 : point.Real(4) ?? point.Number(6) ?? 0,
            [.. point.Messages(kind == Histogram ? 8 : 5).Select(exemplar => exemplar.Hex(5))]);

    /// <summary>Of an <c>ExportTraceServiceRequest</c>.</summary>
    public static IEnumerable<OtlpSpan> Spans(byte[] body) =>
        from resource in WireMessage.Read(body).Messages(1)
        from scope in resource.Messages(2)
        from span in scope.Messages(2)
        select new OtlpSpan(
            span.Text(5),
            span.Hex(1),
            span.Hex(2),
            span.Hex(4),
            span.Number(6) ?? 0,
            Attributes(span, 9),
            [.. span.Messages(11).Select(each => each.Text(2))]);

    private static Dictionary<string, string> Attributes(WireMessage of, int field) =>
        of.Messages(field).ToDictionary(pair => pair.Text(1), pair => Value(pair.Message(2)));

    private static string Value(WireMessage value) => value.Number(3) is { } number ? $"{number}" : value.Text(1);
}
