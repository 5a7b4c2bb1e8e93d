using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Telemetry;
using Snakepit.Grains.Telemetry;
using Snakepit.Identity;
using Snakepit.TestKit;

namespace Snakepit.Grains.Tests.Telemetry;

public sealed class EmissionsTests : ILogger<Emissions>
{
    private readonly ConcurrentQueue<string> _log = new();

    [Fact]
    public async Task A_listener_that_fails_costs_the_others_nothing_and_is_logged_once()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meter = new PoolMeter(services.GetRequiredService<IMeterFactory>());
        var heard = new Hearing(events: 2);
        using var emissions = new Emissions(new SnakepitOptions(), meter, [new Failing(), heard], TimeProvider.System, this);

        emissions.Take(Emitted("first"));
        emissions.Take(Emitted("second"));

        await heard.All.WithinAsync(Eventually.Limit);
        Assert.Equal(["first", "second"], heard.Names);
        Assert.StartsWith("The listener Failing to events of Python has failed", Assert.Single(_log), StringComparison.Ordinal);
    }

    private static PythonEmitted Emitted(string name) => new(
        new WorkerId(new SlotId(new ShardId("pool", "silo"), 0), 1),
        name,
        new Dictionary<string, double>(),
        new Dictionary<string, string>());

    IDisposable? ILogger.BeginScope<TState>(TState state) => null;

    bool ILogger.IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _log.Enqueue(formatter(state, exception));

    private sealed class Failing : IPythonListener
    {
        public bool Hears => true;

        public void Emitted(PythonEmitted emitted) => throw new InvalidOperationException("a listener of others");
    }

    private sealed class Hearing(int events) : IPythonListener
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Names { get; } = [];

        public Task All => _all.Task;

        public bool Hears => true;

        public void Emitted(PythonEmitted emitted)
        {
            Names.Add(emitted.Name);
            if (Names.Count == events)
                _all.SetResult();
        }
    }
}
