using System.Text.Json;
using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos.Calls;

/// <summary>What a caller calls next. Its choices follow from its seed.</summary>
internal sealed class CallMix(string session, int seed)
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(10), Short = TimeSpan.FromMilliseconds(200);

    private static readonly string Padding = new('x', 200_000);

    /// <summary>Number of its session's latest successful call.</summary>
    private long _latest;

    public Random Random { get; } = new(seed);

    public ChaosCall Next(long number) => Random.Next(1000) switch
    {
        < 380 => Call("echo", new { number }, Ample),
        < 580 => Call("tally", new { number, latest = _latest }, Ample, session),
        < 680 => Call("nap", new { number, seconds = Random.NextDouble() / 20 }, Ample),
        < 730 => Call("nap", new { number, seconds = 5 }, Short),
        < 760 => Call("spin", new { number, seconds = 5 }, Short),
        < 820 => Call("fail", new { number }, Ample),
        < 822 => Call("crash", new { number, how = Random.Next(4) }, Ample), // rare: a worker has to get old enough for everything else
        < 900 => Call("nap", new { number, seconds = 0.02 }, Ample) with { Patience = TimeSpan.FromMilliseconds(Random.Next(1, 40)) },
        < 940 => Call("echo", new { number, padding = Padding }, Ample),
        < 960 => Call("breed", new { number }, Ample),
        _ => Call("grow", new { number }, Ample),
    } with
    { Number = number };

    /// <summary>A call of the session has succeeded: the next one finds what it has left, or hears that the session has moved.</summary>
    public void Succeeded(ChaosCall call)
    {
        if (call.Session is not null)
            _latest = call.Number;
    }

    private static ChaosCall Call(string tool, object arguments, TimeSpan budget, string? session = null) =>
        new(0, tool, JsonSerializer.SerializeToUtf8Bytes(arguments), budget, session, Patience: null);
}
