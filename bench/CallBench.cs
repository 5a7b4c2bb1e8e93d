using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Snakepit.Client;

namespace Snakepit.Bench;

/// <summary>The same call, raw and ours, cell by cell.</summary>
internal static class CallBench
{
    private static readonly (string Name, int Bytes)[] Payloads = [("100 B", 100), ("10 KB", 10_000), ("1 MB", 1_000_000)];
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);
    private static readonly int[] Concurrencies = [1, 16, 64];

    public static async Task RunAsync(Report report, TimeSpan duration, bool quick, CancellationToken cancellationToken)
    {
        foreach (var workers in quick ? new[] { 1 } : [1, 4])
        {
            await using var raw = await RawServers.StartAsync(workers, threads: 1, cancellationToken);
            await using var one = await SiloProcess.StartAsync(workers, capacity: 1, cancellationToken);
            await using var four = await SiloProcess.StartAsync(workers, capacity: 4, cancellationToken);
            await using var own = await CoHosted.StartAsync(workers, cancellationToken);
            using var oneHost = await ConnectAsync(one, cancellationToken);
            using var fourHost = await ConnectAsync(four, cancellationToken);
            var oneClient = oneHost.Services.GetRequiredService<ISnakepitClient>();
            var fourClient = fourHost.Services.GetRequiredService<ISnakepitClient>();
            // Compilers on both sides improve code while it runs; a cell must not measure that.
            var first = JsonSerializer.SerializeToUtf8Bytes(new { text = new string('x', Payloads[0].Bytes) });
            await Load.WarmAsync(() => raw.CallAsync(first), 16, WarmUp);
            await Load.WarmAsync(() => oneClient.ExecuteJsonAsync("echo", first, cancellationToken: cancellationToken), 16, WarmUp);
            await Load.WarmAsync(() => fourClient.ExecuteJsonAsync("echo", first, cancellationToken: cancellationToken), 16, WarmUp);
            await Load.WarmAsync(() => own.Client.ExecuteJsonAsync("echo", first, cancellationToken: cancellationToken), 16, WarmUp);
            foreach (var (name, bytes) in quick ? Payloads[..1] : Payloads)
            {
                var payload = JsonSerializer.SerializeToUtf8Bytes(new { text = new string('x', bytes) });
                foreach (var concurrency in quick ? [1, 16] : Concurrencies)
                {
                    var measured = await Load.CompareAsync(
                        [
                            new Contender(() => raw.CallAsync(payload), [Environment.ProcessId, .. raw.Pids]),
                            new Contender(
                                () => oneClient.ExecuteJsonAsync("echo", payload, cancellationToken: cancellationToken),
                                [Environment.ProcessId, one.Pid]),
                            new Contender(
                                () => fourClient.ExecuteJsonAsync("echo", payload, cancellationToken: cancellationToken),
                                [Environment.ProcessId, four.Pid]),
                            new Contender(
                                () => own.Client.ExecuteJsonAsync("echo", payload, cancellationToken: cancellationToken),
                                [Environment.ProcessId]),
                        ],
                        concurrency,
                        duration);
                    var cell = new Cell(workers, name, concurrency)
                    {
                        Raw = measured[0],
                        Ours = measured[1],
                        OursFour = measured[2],
                        CoHosted = measured[3],
                    };
                    report.Cells.Add(cell);
                    if (workers == 1 && concurrency == 1 && bytes == Payloads[0].Bytes)
                        await TakeApartAsync(report, oneClient, payload);
                    await Console.Error.WriteLineAsync(
                        $"{workers} workers, {name}, {concurrency} callers: raw {Text(cell.Raw)}, ours {Text(cell.Ours)}, "
                        + $"four in flight {Text(cell.OursFour)}, co-hosted {Text(cell.CoHosted)}");
                }
            }

            await oneHost.StopAsync(cancellationToken);
            await fourHost.StopAsync(cancellationToken);
        }
    }

    private static string Text(Measurement measured) => $"{measured.CallsPerSecond:0}/s p50 {measured.P50Microseconds:0}";

    /// <summary>Medians of the stages of a lone call, as every result carries them.</summary>
    private static async Task TakeApartAsync(Report report, ISnakepitClient client, byte[] payload)
    {
        var times = new List<Snakepit.Telemetry.StageTimes>();
        for (var i = 0; i < 5000; i++)
            times.Add((await client.ExecuteJsonAsync("echo", payload)).Times);
        double Median(Func<Snakepit.Telemetry.StageTimes, TimeSpan> stage) =>
            times.Select(stage).Order().ElementAt(times.Count / 2).TotalMicroseconds;
        report.Stages = (Median(time => time.Client), Median(time => time.Dispatch), Median(time => time.Python));
    }

    public static async Task<IHost> ConnectAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Snakepit:Client:Gateways:0", $"127.0.0.1:{silo.GatewayPort}")]);
        builder.AddSnakepitClient();
        var host = builder.Build();
        await host.StartAsync(cancellationToken);
        return host;
    }
}

internal sealed record Cell(int Workers, string Payload, int Concurrency)
{
    public required Measurement Raw { get; init; }

    /// <summary>Through client-sdk, Orleans and the pool, one call at a time on a worker.</summary>
    public required Measurement Ours { get; init; }

    /// <summary>The same with up to four calls on a worker.</summary>
    public required Measurement OursFour { get; init; }

    /// <summary>One call at a time on a worker, from an application that is the silo itself.</summary>
    public required Measurement CoHosted { get; init; }
}
