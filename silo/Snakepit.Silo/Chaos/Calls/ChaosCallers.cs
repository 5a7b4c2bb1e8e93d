using System.Globalization;
using System.Text;
using System.Threading.Channels;
using Snakepit.Silo.Chaos.Reckoning;

namespace Snakepit.Silo.Chaos.Calls;

/// <summary>Callers that call one after the other, each with a session of its own, and tell how each call ended.</summary>
/// <param name="clock">Time since the run began.</param>
/// <param name="events">Where ends are told.</param>
/// <param name="seed">Decides what they call.</param>
internal sealed class ChaosCallers(Func<TimeSpan> clock, ChannelWriter<ChaosEvent> events, int seed)
{
    /// <summary>Budgets are 10 s at most. A call that is not answered by then hangs.</summary>
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private long _numbers;

    /// <summary>Calls until now.</summary>
    public long Sent => Interlocked.Read(ref _numbers);

    /// <summary>Calls until told to stop; ends when every call has ended.</summary>
    /// <param name="callers">How many.</param>
    /// <param name="way">How they call.</param>
    /// <param name="name">First part of their names.</param>
    /// <param name="until">When to stop.</param>
    public Task RunAsync(int callers, ICallWay way, string name, CancellationToken until) =>
        Task.WhenAll(Enumerable.Range(0, callers)
            .Select(caller => CallAsync(way, new CallMix($"{name}-{caller}", Seed(name, caller)), until)));

    private int Seed(string name, int caller) =>
        name.Aggregate(seed, (sum, letter) => unchecked((sum * 31) + letter)) + caller;

    private async Task CallAsync(ICallWay way, CallMix mix, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            var call = mix.Next(Interlocked.Increment(ref _numbers));
            var sent = clock();
            var answer = await CallAsync(way, call, mix.Random);
            if (answer.End == CallEnd.Succeeded)
            {
                mix.Succeeded(call);
                if (answer.Result != call.Number.ToString(CultureInfo.InvariantCulture))
                    events.TryWrite(Wrong(call, answer));
            }

            events.TryWrite(new CallEnded(call, sent, clock() - sent, answer));
        }
    }

    private static async Task<CallAnswer> CallAsync(ICallWay way, ChaosCall call, Random random)
    {
        using var patience = new CancellationTokenSource(call.Patience ?? HangLimit);
        try
        {
            return await way.CallAsync(call, random, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return call.Patience is null
                ? new CallAnswer(CallEnd.Hung, "hung") { Way = way.Name, Detail = $"no answer within {HangLimit.TotalSeconds:0} s" }
                : new CallAnswer(CallEnd.GivenUp, "given_up") { Way = way.Name };
        }
    }

    private static Violation Wrong(ChaosCall call, CallAnswer answer) => call.Tool == "tally" && answer.Result is ['-' or '0', ..]
        ? new Violation(
            Violation.LostSession,
            $"session '{call.Session}': call {call.Number} on {answer.Silo} found {answer.Result}, "
                + $"its arguments were {Encoding.UTF8.GetString(call.Arguments)}")
        : new Violation(Violation.WrongAnswer, $"call {call.Number} to '{call.Tool}' got '{answer.Result}'");
}
