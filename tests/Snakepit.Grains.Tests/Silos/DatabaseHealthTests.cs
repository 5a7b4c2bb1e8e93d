using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Grains.Silos;

namespace Snakepit.Grains.Tests.Silos;

public sealed class DatabaseHealthTests : ILogger
{
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _lines = [];
    private readonly DatabaseHealth _health;

    public DatabaseHealthTests() => _health = new DatabaseHealth(_time, this);

    [Fact]
    public void An_outage_is_told_once_with_its_latest_problem_and_its_whole_time()
    {
        _health.Answers();
        Assert.Null(_health.Outage);

        _health.Fails("Refused.");
        _time.Advance(TimeSpan.FromSeconds(5));
        _health.Fails("No route.");

        Assert.Equal(("No route.", TimeSpan.FromSeconds(5)), _health.Outage);
        _time.Advance(TimeSpan.FromSeconds(2));
        _health.Answers();
        _health.Answers();
        Assert.Null(_health.Outage);
        Assert.Equal(
            [
                "Warning: Refused. Silos serve on; none can join, and none is declared dead, until the database answers",
                "Information: The database of the cluster answers again, after 7 s",
            ],
            _lines);
    }

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Add($"{logLevel}: {formatter(state, exception)}");
}
