using Snakepit.Core.Telemetry;
using Snakepit.Identity;

namespace Snakepit.Workers.Link;

/// <summary>Reads what an adapter has emitted.</summary>
internal static class Emission
{
    private const string CorrelationId = "correlation_id";

    /// <summary>As an event of the worker. The correlation id is one of the texts on the wire.</summary>
    public static PythonEmitted Read(Protos.V1.Telemetry item, WorkerId worker)
    {
        var attributes = new Dictionary<string, string>(item.Attributes, StringComparer.Ordinal);
        attributes.Remove(CorrelationId, out var correlation);
        return new PythonEmitted(
            worker, item.Name, new Dictionary<string, double>(item.Measurements, StringComparer.Ordinal), attributes)
        {
            CorrelationId = correlation,
            TraceParent = item.Traceparent.Length > 0 ? item.Traceparent : null,
        };
    }
}
