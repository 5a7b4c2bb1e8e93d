using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;
using Snakepit.Telemetry;

namespace Snakepit.Client.Routing;

/// <summary>Sends one try of a call and waits for its answer. Never throws for what can go wrong with it. Thread-safe.</summary>
internal sealed class CallSender(IGrainFactory grains, Router router, TimeProvider time) : IShardCall<ToolReply>
{
    /// <summary>
    /// How long an answer may still take when the silo is known to be lost, or when the shard says that it has no such call. A call that
    /// was sent by an old view is refused on its way, since its silo is not there; the news of the loss may come before the refusal.
    /// Without this pause the client would report such a call, which surely did not begin, as one that may have run.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(300);

    /// <inheritdoc/>
    public Failure? FailureOf(ToolReply answer) => answer.Failure;

    /// <inheritdoc/>
    public async Task<ToolReply> SendAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var request = attempt.Request;
        var id = attempt.Target.Shard;
        var entry = router.Enter(attempt.Target, attempt.View);
        var interrupted = entry.Interrupted;
        try
        {
            var grain = grains.GetGrain<IPoolShardGrain>(id.ToString());
            var began = time.GetTimestamp();
            var answer = router.ExecuteLocally(id, request, cancellationToken) ?? grain.ExecuteAsync(request, cancellationToken);
            using var progress = ProgressReader.Begin(attempt.Progress, grain, request.CallId, time);
            try
            {
                var reply = await answer.WaitAsync(RetryState.Limit(request.Budget), time, interrupted).ConfigureAwait(false);
                // The own silo's shard says it in its reply, a message's framework by this exception.
                return reply.Failure?.Code == SnakepitErrorCode.Cancelled && cancellationToken.IsCancellationRequested
                    ? throw new OperationCanceledException(cancellationToken)
                    : reply;
            }
            catch (OperationCanceledException) when (interrupted.IsCancellationRequested && !answer.IsCompleted)
            {
                var again = request with { Budget = Left(request.Budget, began) };
                if (await ResumeAsync(grain, again, answer, entry, began).ConfigureAwait(false) is { } resumed)
                    return resumed;
                if (Left(request.Budget, began) == TimeSpan.Zero)
                    throw new TimeoutException();
                return Failed(SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan, entry.IsLost
                    ? $"Silo '{id.Silo}' left the cluster while it had a call to tool '{request.Tool}'."
                    : $"The answer to the call of tool '{request.Tool}' on silo '{id.Silo}' was lost with the connection to a gateway.");
            }
        }
        catch (TimeoutException)
        {
            return Failed(
                SnakepitErrorCode.DeadlineExceeded,
                Outcome.MaybeRan,
                $"Tool '{request.Tool}' in pool '{id.Pool}' did not answer within its budget of {request.Budget.TotalSeconds:0.###} s.");
        }
        catch (SnakepitException error)
        {
            return ToolReply.Failed(error.Failure);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The framework rejected the message or lost the connection.
            return Failed(
                SnakepitErrorCode.SiloUnreachable,
                Undelivered.OutcomeOf(error),
                $"Silo '{id.Silo}' could not be reached for tool '{request.Tool}': {error.Message}");
        }
        finally
        {
            entry.Leave();
        }
    }

    /// <summary>
    /// The wait was interrupted: asks the shard for the answer again, unless its silo is lost. Null when the answer is lost. A call that
    /// the shard never got has the answer that it did not start: the shard refuses it from now on.
    /// </summary>
    private async Task<ToolReply?> ResumeAsync(
        IPoolShardGrain grain, ToolRequest request, Task<ToolReply> answer, InFlightTable.Entry entry, long sent)
    {
        var began = time.GetTimestamp();
        while (!entry.IsLost)
        {
            var interrupted = entry.Interrupted;
            var left = Left(request.Budget, began);
            var again = grain.ResumeAsync(new ResumeRequest(request.CallId, left));
            var first = Task.WhenAny((Task)answer, again).WaitAsync(RetryState.Limit(left), time, interrupted);
            await ((Task)first).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            again.Ignore();
            if (answer.IsCompleted || (first.IsFaulted && !first.IsCanceled))
                break; // the answer, or no time left
            if (again is { IsCompletedSuccessfully: true, Result: var known })
            {
                if (known.Answer is not null)
                    return known.Answer;
                if (known.UnknownFor <= time.GetElapsedTime(sent))
                    break; // it may have been answered too long ago
                return Failed(
                    SnakepitErrorCode.SiloUnreachable,
                    Outcome.NotStarted,
                    $"The call of tool '{request.Tool}' was lost with the connection to a gateway on its way to its silo.");
            }

            if (!interrupted.IsCancellationRequested)
                await Task.Delay(Grace, time).ConfigureAwait(false); // that question found no way either
        }

        if (!answer.IsCompleted)
            await Task.WhenAny(answer, Task.Delay(Grace, time)).ConfigureAwait(false);
        if (answer.IsCompleted)
            return await answer.ConfigureAwait(false);
        answer.Ignore();
        return null;
    }

    private TimeSpan Left(TimeSpan budget, long began)
    {
        if (budget == Timeout.InfiniteTimeSpan)
            return budget;
        var left = budget - time.GetElapsedTime(began);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static ToolReply Failed(SnakepitErrorCode code, Outcome outcome, string message) =>
        ToolReply.Failed(new Failure { Code = code, Message = message, Outcome = outcome, Stage = CallStage.Client });
}
