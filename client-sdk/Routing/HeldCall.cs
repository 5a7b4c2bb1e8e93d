using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;
using Snakepit.Telemetry;

namespace Snakepit.Client.Routing;

/// <summary>One try that has been sent.</summary>
/// <param name="Silo">Name of the silo, for messages.</param>
/// <param name="Grain">The shard's address.</param>
/// <param name="Request">What was sent.</param>
/// <param name="Entry">Hears of the loss of the silo, and of connections.</param>
/// <param name="Began">When it was sent, as a timestamp.</param>
internal sealed record SentCall(string Silo, IPoolShardGrain Grain, ToolRequest Request, InFlightTable.Entry Entry, long Began);

/// <summary>
/// Waits until a call that its shard holds is called up. As long as this waits the call has surely not begun, whatever happens to its
/// silo. Thread-safe.
/// </summary>
internal sealed class HeldCall(TimeProvider time)
{
    /// <summary>Between a question that found no way and the next.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Questions in a row that find no way before the call is sent elsewhere. A gateway that restarts does not cost the call its place.
    /// </summary>
    private const int MostFailures = 10;

    /// <summary>Waits until the call may begin: null then. Otherwise the end of the try.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<ToolReply?> AwaitCallUpAsync(SentCall sent, CancellationToken cancellationToken)
    {
        var (request, failures) = (sent.Request, 0);
        while (true)
        {
            var interrupted = sent.Entry.Interrupted;
            if (sent.Entry.IsLost)
                return NotStarted(SnakepitErrorCode.SiloUnreachable, sent, "left the cluster");
            var left = RetryState.Left(request.Budget, time.GetElapsedTime(sent.Began));
            if (left == TimeSpan.Zero)
            {
                var late = $"did not begin it within its budget of {request.Budget.TotalSeconds:0.###} s";
                return NotStarted(SnakepitErrorCode.DeadlineExceeded, sent, late);
            }

            var question = sent.Grain.AwaitCallUpAsync(request.CallId);
            question.Ignore(); // it may be left before its answer comes
            using var end = CancellationTokenSource.CreateLinkedTokenSource(interrupted, cancellationToken);
            try
            {
                var reply = await question.WaitAsync(RetryState.Limit(left), time, end.Token).ConfigureAwait(false);
                failures = 0;
                switch (reply.State)
                {
                    case HeldState.CalledUp when !sent.Entry.IsLost:
                        return null;
                    case HeldState.Ended:
                        return reply.Answer;
                    case HeldState.Unknown:
                        return NotStarted(SnakepitErrorCode.SiloUnreachable, sent, "does not have it any more");
                    case HeldState.CalledUp: // by a silo that is lost, as the next round tells
                    case HeldState.Waiting:
                    default:
                        break;
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // The silo is lost, or a connection: which one, the next round tells.
            }
            catch (TimeoutException)
            {
                // The end of the budget, or of the framework's patience with one question.
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                if (error is SnakepitException || ++failures == MostFailures)
                    return NotStarted(SnakepitErrorCode.SiloUnreachable, sent, $"could not be reached: {error.Message}");
                await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private static ToolReply NotStarted(SnakepitErrorCode code, SentCall sent, string what) => ToolReply.Failed(new Failure
    {
        Code = code,
        Message = $"A call to tool '{sent.Request.Tool}' waited in the queue of silo '{sent.Silo}', which {what}.",
        Outcome = Outcome.NotStarted,
        Stage = CallStage.Client,
    });
}
