using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry.Trace;
using Snakepit.Core.Options;
using Snakepit.Hosting.Telemetry;
using Snakepit.Telemetry;

namespace Snakepit.Hosting.Tests.Telemetry;

/// <summary>A collector that cannot be reached is told in the log.</summary>
public sealed class ExportTroublesTests
{
    private const int Limit = 20_000;

    private readonly FakeTimeProvider _time = new();
    private readonly Lines _log = new();

    [Fact]
    public void A_collector_that_refuses_is_one_line_in_a_minute()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // bound and not listening, so connections are refused
        using var services = Exporting($"http://{closed.LocalEndPoint}");
        var traces = services.GetRequiredService<TelemetryExport>().Traces!;
        using var source = new ActivitySource(SnakepitTelemetry.SourceName);

        Send();
        Send();
        var first = Assert.Single(_log.Texts);
        _time.Advance(TimeSpan.FromMinutes(1));
        Send();

        Assert.StartsWith("OpenTelemetry Warning Metrics or traces do not reach their place", first, StringComparison.Ordinal);
        Assert.Contains($"{closed.LocalEndPoint}", first, StringComparison.Ordinal);
        Assert.Contains("refused", first, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\n', first);
        Assert.Equal(2, _log.Texts.Count);

        void Send()
        {
            source.StartActivity("call")!.Dispose();
            traces.ForceFlush(Limit);
        }
    }

    [Fact]
    public void What_others_ask_of_other_sources_is_none_of_its_lines()
    {
        using var services = Exporting("http://127.0.0.1:4318");
        services.GetRequiredService<TelemetryExport>();
        using var counters = new EventSource("Snakepit-Counters-Of-A-Test");
        using var listener = new Listener(counters);

        counters.Write("EventCounters", new EventSourceOptions { Level = EventLevel.Error }, new { Count = 1 });

        Assert.Equal(1, listener.Heard);
        Assert.Empty(_log.Texts);
    }

    private ServiceProvider Exporting(string endpoint)
    {
        var options = new SnakepitOptions();
        options.OpenTelemetry.Exporters.Otlp.Endpoint = endpoint;
        var services = new ServiceCollection();
        services.AddSingleton(options);
        services.AddSingleton<TimeProvider>(_time);
        services.AddLogging(logging => logging.AddProvider(_log));
        services.AddSnakepitTelemetry();
        return services.BuildServiceProvider();
    }

    private sealed class Listener : EventListener
    {
        public Listener(EventSource source) => EnableEvents(source, EventLevel.LogAlways);

        public int Heard { get; private set; }

        protected override void OnEventWritten(EventWrittenEventArgs eventData) =>
            Heard += eventData.EventSource.Name.StartsWith("Snakepit-Counters", StringComparison.Ordinal) ? 1 : 0;
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private string _category = "";

        public ConcurrentQueue<string> Texts { get; } = [];

        public ILogger CreateLogger(string categoryName)
        {
            _category = categoryName;
            return this;
        }

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Texts.Enqueue($"{_category} {logLevel} {formatter(state, exception)}");

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Dispose()
        {
        }
    }
}
