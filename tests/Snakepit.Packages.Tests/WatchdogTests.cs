using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Hosting.Systemd;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Snakepit.Silo.Serving;
using Snakepit.TestKit;

namespace Snakepit.Packages.Tests;

/// <summary>What systemd hears of a silo that is stuck.</summary>
public sealed class WatchdogTests : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private readonly Journal _journal = new();
    private readonly SystemdReports _reports;
    private volatile Task _answer = Task.CompletedTask;

    public WatchdogTests() => _reports = new SystemdReports(_journal, () => _answer, _lifetime, _journal, _time, Interval);

    public void Dispose()
    {
        _reports.Dispose();
        _journal.Dispose();
    }

    [Fact]
    public async Task A_silo_whose_shards_do_not_answer_sends_no_ping_until_they_do()
    {
        await _reports.StartAsync(CancellationToken.None);
        await PassUntilAsync(() => _journal.Pings > 0);
        var stuck = new TaskCompletionSource();
        _answer = stuck.Task;
        await PassUntilAsync(() => _journal.Warnings > 0);
        var before = _journal.Pings;

        await PassUntilAsync(() => _journal.Warnings > 3);

        Assert.Equal(before, _journal.Pings);
        stuck.SetResult();
        await PassUntilAsync(() => _journal.Pings > before);
        await _reports.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_silo_that_stops_pings_although_its_shards_are_gone()
    {
        _answer = new TaskCompletionSource().Task;
        await _reports.StartAsync(CancellationToken.None);

        _lifetime.StopApplication();

        await PassUntilAsync(() => _journal.Pings > 1);
        Assert.Equal("STOPPING=1", _journal.First);
        await _reports.StopAsync(CancellationToken.None);
    }

    /// <summary>Lets time pass, interval by interval.</summary>
    private Task PassUntilAsync(Func<bool> holds) => Eventually.HoldsAsync(() =>
    {
        _time.Advance(Interval);
        return holds();
    });

    /// <summary>Keeps what systemd and the log are told.</summary>
    private sealed class Journal : ISystemdNotifier, ILogger<SystemdReports>, IDisposable
    {
        private readonly ConcurrentQueue<string> _told = new();
        private int _warnings;

        public bool IsEnabled => true;

        public int Warnings => Volatile.Read(ref _warnings);

        public int Pings => _told.Count(text => text == "WATCHDOG=1");

        public string? First => _told.FirstOrDefault();

        public void Notify(ServiceState state) => _told.Enqueue($"{state}");

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => this;

        bool ILogger.IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Interlocked.Increment(ref _warnings);

        public void Dispose()
        {
        }
    }
}
