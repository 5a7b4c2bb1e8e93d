using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Snakepit.Client;
using Snakepit.Launcher;

namespace Snakepit.Bench;

/// <summary>What a silo's own processor time for a call is without telemetry, with it, and with exporters. In turns, in one run.</summary>
internal static class TelemetryBench
{
    private const string Off = "--Snakepit:TelemetryMetrics:Prometheus:Enabled=false";

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    public static async Task RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var collector = new Sink();
        await using var off = await StartAsync([Off], cancellationToken);
        await using var on = await StartAsync([], cancellationToken);
        string[] exporting = [$"--Snakepit:OpenTelemetry:Exporters:Otlp:Endpoint={collector.Url}"];
        await using var exports = await StartAsync(exporting, cancellationToken);
        (string Name, SiloProcess Silo)[] silos = [("off", off), ("metrics for Prometheus", on), ("and both to a collector", exports)];
        var contenders = new List<Contender>();
        var hosts = new List<IHost>();
        var body = JsonSerializer.SerializeToUtf8Bytes(new { text = new string('x', 100) });
        foreach (var (_, silo) in silos)
        {
            var host = await CallBench.ConnectAsync(silo, cancellationToken);
            hosts.Add(host);
            var client = host.Services.GetRequiredService<ISnakepitClient>();
            contenders.Add(new Contender(() => client.ExecuteJsonAsync("echo", body, cancellationToken: cancellationToken), [silo.Pid]));
            await Load.WarmAsync(contenders[^1].Call, 16, WarmUp);
        }

        Console.WriteLine("| callers | telemetry | calls /s | p50 µs | silo's processor µs per call | more than off |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var callers in new[] { 1, 16 })
        {
            var measured = await Load.CompareAsync(contenders, callers, duration);
            foreach (var ((name, _), row) in silos.Zip(measured))
            {
                var more = (row.CpuMicrosecondsPerCall / measured[0].CpuMicrosecondsPerCall) - 1;
                Console.WriteLine(
                    $"| {callers} | {name} | {row.CallsPerSecond:0} | {row.P50Microseconds:0} | {row.CpuMicrosecondsPerCall:0.0} "
                    + $"| {more:0.0 %} |");
            }
        }

        foreach (var host in hosts)
        {
            await host.StopAsync(cancellationToken);
            host.Dispose();
        }
    }

    private static Task<SiloProcess> StartAsync(string[] settings, CancellationToken cancellationToken) =>
        SiloProcess.StartAsync(workers: 1, capacity: 1, cancellationToken, settings: settings);

    /// <summary>A collector that takes everything and keeps nothing.</summary>
    private sealed class Sink : IDisposable
    {
        private readonly HttpListener _listener = new();

        public Sink()
        {
            Url = $"http://127.0.0.1:{FreePorts.Take()}";
            _listener.Prefixes.Add($"{Url}/");
            _listener.Start();
            _ = ServeAsync();
        }

        public string Url { get; }

        public void Dispose() => _listener.Close();

        private async Task ServeAsync()
        {
            try
            {
                while (true)
                {
                    var http = await _listener.GetContextAsync();
                    await http.Request.InputStream.CopyToAsync(Stream.Null);
                    http.Response.Close();
                }
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException)
            {
                // It was closed.
            }
        }
    }
}
