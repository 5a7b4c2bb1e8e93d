using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using Snakepit.Client;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Telemetry;

/// <summary>The table of instruments in the documentation is that of the code.</summary>
public sealed class TelemetryPageTests : IClassFixture<TwoSilos>, IDisposable
{
    /// <summary>Of the host, which these tests do not have; the tests of the program ask it.</summary>
    private static readonly string[] OfTheHost = ["snakepit.orphans.reaped", "snakepit.events.dropped", "snakepit.database.outage"];

    private readonly HeardMeasurements _heard = new();

    public TelemetryPageTests() => RuntimeHelpers.RunClassConstructor(
        typeof(ISnakepitClient).Assembly.GetType("Snakepit.Client.Routing.ClientMeter", throwOnError: true)!.TypeHandle);

    public void Dispose() => _heard.Dispose();

    [Fact]
    public void Each_instrument_is_in_the_documentation_with_kind_unit_and_meaning()
    {
        var rows = Rows().Where(row => !OfTheHost.Contains(row[0])).Select(row => $"{row[0]} | {row[1]} | {row[2]} | {row[4]}");

        // Those that adapters ask for have names of their own; tests that run beside this one make some.
        var own = _heard.Instruments.Where(each => !each.Name.StartsWith("snakepit.python.", StringComparison.Ordinal)
            || each.Name == "snakepit.python.dropped");
        var published = own.Select(each => $"{each.Name} | {Kind(each)} | {each.Unit} | {each.Description}").Distinct();
        Assert.Equal(published.Order(StringComparer.Ordinal), rows.Order(StringComparer.Ordinal));
    }

    private static string[][] Rows() =>
    [
        .. File.ReadLines(Path.Combine(Places.Root, "docs", "telemetry.md"))
            .Where(line => line.StartsWith("| `snakepit.", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim(' ', '`')).ToArray())
            .Where(cells => cells.Length == 5),
    ];

    private static string Kind(Instrument instrument) =>
        instrument.GetType().Name.Split('`')[0].Replace("Observable", "", StringComparison.Ordinal);
}
