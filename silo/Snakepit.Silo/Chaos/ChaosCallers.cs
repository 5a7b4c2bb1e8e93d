using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.Versioning;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Snakepit.Silo.Chaos;

/// <summary>Callers of every kind, who know what they may be answered.</summary>
[SupportedOSPlatform("linux")]
internal sealed class ChaosCallers(ChaosSilo silo, int seed)
{
    private const int Callers = 12;

    /// <summary>Failures that chaos earns; any other is a fault of the system.</summary>
    private static readonly HashSet<string> Earned =
        ["worker_exited", "worker_refused", "queue_full", "queue_timeout", "execution_timeout", "deadline_exceeded", "tool_raised", "pool_not_ready", "pool_failed", "cancelled"];

    private long _numbers;

    /// <summary>How calls ended, by name.</summary>
    public ConcurrentDictionary<string, long> Ends { get; } = new();

    /// <summary>What must not happen.</summary>
    public ConcurrentQueue<string> Violations { get; } = new();

    public long Sent => Interlocked.Read(ref _numbers);

    /// <summary>Calls until told to stop; ends when every call has ended.</summary>
    public Task RunAsync(CancellationToken until) => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => CallAsync(new Caller($"caller-{caller}", new Random(seed + caller)), until)));

    private async Task CallAsync(Caller caller, CancellationToken until)
    {
        var random = caller.Random;
        while (!until.IsCancellationRequested)
        {
            var number = Interlocked.Increment(ref _numbers);
            var end = random.Next(1000) switch
            {
                < 380 => await TryAsync("echo", new { number }, number),
                < 580 => await TallyAsync(caller, number),
                < 680 => await TryAsync("nap", new { number, seconds = random.NextDouble() / 20 }, number),
                < 730 => await TryAsync("nap", new { number, seconds = 5 }, number, budget: "200ms"),
                < 760 => await TryAsync("spin", new { number, seconds = 5 }, number, budget: "200ms"),
                < 820 => await TryAsync("fail", new { number }, number),
                < 822 => await TryAsync("crash", new { number, how = random.Next(4) }, number), // rare: a worker has to get old enough for everything else
                < 900 => await AbandonAsync(number, random),
                < 940 => await TryAsync("echo", new { number, padding = new string('x', 200_000) }, number),
                < 960 => await TryAsync("breed", new { number }, number),
                _ => await TryAsync("grow", new { number }, number),
            };
            Ends.AddOrUpdate(end, 1, (_, count) => count + 1);
        }
    }

    /// <summary>A call of the caller's session. What its calls have left must be there, or the session must be said to have moved.</summary>
    private async Task<string> TallyAsync(Caller caller, long number)
    {
        var (end, moved) = await TryAsync("tally", new { number, latest = caller.Latest }, number, caller.Session, "10s");
        if (end == "ok")
            caller.Latest = number;
        return end == "ok" && moved ? "ok_moved" : end;
    }

    private async Task<string> AbandonAsync(long number, Random random)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(1, 40)));
        try
        {
            return (await SendAsync("nap", new { number, seconds = 0.02 }, number, "10s", null, patience.Token)).End;
        }
        catch (OperationCanceledException)
        {
            return "abandoned";
        }
    }

    private async Task<string> TryAsync(string tool, object args, long number, string budget = "10s") => (await TryAsync(tool, args, number, null, budget)).End;

    private async Task<(string End, bool Moved)> TryAsync(string tool, object args, long number, string? session, string budget)
    {
        try
        {
            return await SendAsync(tool, args, number, budget, session, CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            Violations.Enqueue($"call {number} to '{tool}' with a budget of {budget} was not answered within {silo.Http.Timeout.TotalSeconds:0} s");
            return ("hung", false);
        }
    }

    private async Task<(string End, bool Moved)> SendAsync(string tool, object args, long number, string budget, string? session, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"v1/pools/default/tools/{tool}")
        {
            Content = new StringContent(JsonSerializer.Serialize(args), Encoding.UTF8, "application/json"),
            Headers = { { Http.ToolRequestReader.TimeoutHeader, budget } },
        };
        if (session is not null)
            request.Headers.Add(Http.ToolRequestReader.SessionHeader, session);
        string body;
        HttpResponseMessage response;
        try
        {
            response = await silo.Http.SendAsync(request, cancellationToken);
            body = await response.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (HttpRequestException error)
        {
            Violations.Enqueue($"call {number} to '{tool}' had no answer: {error.Message}");
            return ("no_answer", false);
        }

        using (response)
        {
            if (response.IsSuccessStatusCode)
            {
                if (body != number.ToString(CultureInfo.InvariantCulture))
                    Violations.Enqueue($"call {number} to '{tool}' got the answer '{body}'");
                return ("ok", response.Headers.Contains(Http.ToolEndpoints.SessionMovedHeader));
            }

            var code = JsonNode.Parse(body)?["code"]?.GetValue<string>() ?? $"http_{(int)response.StatusCode}";
            if (!Earned.Contains(code))
                Violations.Enqueue($"call {number} to '{tool}' failed with {code}: {body}");
            return (code, false);
        }
    }

    private sealed class Caller(string session, Random random)
    {
        public string Session { get; } = session;

        public Random Random { get; } = random;

        /// <summary>Number of its session's latest successful call.</summary>
        public long Latest { get; set; }
    }
}
