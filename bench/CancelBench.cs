using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Snakepit.Client;
using Snakepit.Errors;

namespace Snakepit.Bench;

/// <summary>Callers that leave at random moments, and answers that come after their deadline: nothing may be left of either.</summary>
internal static class CancelBench
{
    private const int Workers = 4;

    /// <returns>Whether everything added up.</returns>
    public static async Task<bool> RunAsync(int cancels, int lateRounds, CancellationToken cancellationToken)
    {
        await using var silo = await SiloProcess.StartAsync(Workers, capacity: 1, cancellationToken, maxQueueSize: 1000);
        using var host = await CallBench.ConnectAsync(silo, cancellationToken);
        var client = host.Services.GetRequiredService<ISnakepitClient>();
        var right = await CancelAsync(client, silo, cancels, cancellationToken)
            & await LateAsync(client, silo, lateRounds, cancellationToken);
        await host.StopAsync(cancellationToken);
        return right;
    }

    private static async Task<bool> CancelAsync(ISnakepitClient client, SiloProcess silo, int count, CancellationToken cancellationToken)
    {
        var (answered, left, failed) = (0, 0, 0);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 64, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, count), parallel, async (number, _) =>
        {
            var random = new Random(number);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.NextDouble() * 25));
            try
            {
                await client.ExecuteAsync("work", new { seconds = random.NextDouble() * 0.002 }, cancellationToken: patience.Token);
                Interlocked.Increment(ref answered);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref left);
            }
            catch (SnakepitException)
            {
                Interlocked.Increment(ref failed);
            }
        });
        var (balanced, text) = await BalanceAsync(silo, cancellationToken);
        Console.WriteLine(
            $"{count} calls whose callers leave at random moments: {answered} answered, {left} left, {failed} failed. {text}");
        return balanced && answered + left + failed == count;
    }

    private static async Task<bool> LateAsync(ISnakepitClient client, SiloProcess silo, int rounds, CancellationToken cancellationToken)
    {
        var (wrong, late) = (0, 0);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Workers, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, rounds), parallel, async (number, _) =>
        {
            try
            {
                await client.ExecuteAsync(
                    "stubborn",
                    new { seconds = 0.02, value = $"late {number}" },
                    new ToolCallOptions { Timeout = TimeSpan.FromMilliseconds(15) });
            }
            catch (SnakepitException error) when (error.Category == ErrorCategory.Timeout)
            {
                Interlocked.Increment(ref late);
            }

            if (await client.ExecuteAsync<string>("echo", new { text = $"own {number}" }) != $"own {number}")
                Interlocked.Increment(ref wrong);
        });
        var (balanced, text) = await BalanceAsync(silo, cancellationToken);
        Console.WriteLine(
            $"{rounds} answers after their deadline: {late} were time-outs, {wrong} callers got somebody else's answer. {text}");
        return balanced && wrong == 0;
    }

    /// <summary>Waits until nothing runs, then adds up what the shard has counted.</summary>
    private static async Task<(bool Balanced, string Text)> BalanceAsync(SiloProcess silo, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = silo.Url };
        for (var patience = 500; ; patience--)
        {
            var status = await http.GetFromJsonAsync<JsonElement>(new Uri("v1/status", UriKind.Relative), cancellationToken);
            var pool = status.GetProperty("pools")[0];
            long Count(string name) => pool.GetProperty(name).GetInt64();
            if ((Count("queued") > 0 || Count("running") > 0) && patience > 0)
            {
                await Task.Delay(20, cancellationToken);
                continue;
            }

            var balanced = Count("queued") == 0 && Count("running") == 0
                && Count("requests") == Count("succeeded") + Count("errors") + Count("cancelled");
            var text = $"Accepted {Count("requests")} = {Count("succeeded")} good + {Count("errors")} failed "
                + $"+ {Count("cancelled")} cancelled; {Count("queued")} wait, {Count("running")} run, "
                + $"{Count("lateReplies")} late replies, {Count("workerDeaths")} workers died: "
                + $"{(balanced ? "exact" : "DOES NOT ADD UP")}.";
            return (balanced, text);
        }
    }
}
