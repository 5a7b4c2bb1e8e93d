using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Pools;

namespace Snakepit.Client.Routing;

/// <summary>
/// The only loop that tries again, for calls and streams: asks for the pool's view, picks a shard, makes the try, and repeats as long as
/// <see cref="RetryState"/> allows it. Thread-safe.
/// </summary>
internal sealed class RetryLoop(Router router, TimeProvider time)
{
    /// <summary>Makes tries until one succeeds.</summary>
    /// <param name="run">The call.</param>
    /// <param name="call">Makes one try.</param>
    /// <param name="cancellationToken">The caller gives up.</param>
    /// <returns>The try that succeeded, and its answer.</returns>
    /// <exception cref="SnakepitException">The last failure, when no other try may follow.</exception>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<(Attempt Attempt, TAnswer Answer)> RunAsync<TAnswer>(
        CallRun run, IShardCall<TAnswer> call, CancellationToken cancellationToken)
    {
        try
        {
            var request = RequestMaker.Describe(run.Call.Tool, run.Call.Arguments, run.Call.Options);
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var asked = router.ViewAsync(run.Pool, run.Tries.NeedsNewView, run.OwnBudget, run.Elapsed, cancellationToken);
                var attempt = Next(run, request, await asked.ConfigureAwait(false));
                var answer = await call.SendAsync(attempt, cancellationToken).ConfigureAwait(false);
                if (call.FailureOf(answer) is not { } failure)
                    return (attempt, answer);
                var view = await NewestAsync(run, attempt, failure, cancellationToken).ConfigureAwait(false);
                if (run.Tries.Failed(failure, attempt.Target.Shard, view, run.Elapsed) is not { } pause)
                    throw new SnakepitException(failure);
                run.Retry(failure);
                if (pause > TimeSpan.Zero)
                    await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (SnakepitException error) // of the last try, or of the client itself: no such pool, no silo, no time left, too large
        {
            throw run.Error(error.Failure, error.InnerException);
        }
    }

    /// <summary>The view by which a failed try is judged: a new one when its own lists no other shard and one may have come.</summary>
    private async ValueTask<PoolView> NewestAsync(
        CallRun run, Attempt attempt, Failure failure, CancellationToken cancellationToken)
    {
        if (!RetryRule.AsksForNewcomers(failure) || !run.Tries.MayFollow
            || run.Tries.KnowsAnother(attempt.View, attempt.Target.Shard))
            return attempt.View;
        var left = RetryState.Left(run.OwnBudget ?? Timeout.InfiniteTimeSpan, run.Elapsed);
        return await router.NewestAsync(attempt.View, left, cancellationToken).ConfigureAwait(false);
    }

    private Attempt Next(CallRun run, ToolRequest described, PoolView view)
    {
        var (call, tries) = (run.Call, run.Tries);
        var remaining = tries.Begin(run.PoolBudget(view.Terms), run.Elapsed);
        var (shard, mayWait) = router.Pick(view, tries, call.Options.SessionId);
        var request = described with
        {
            Budget = remaining,
            OwnBudget = run.OwnBudget is not null,
            Attempt = tries.Attempt,
            TraceParent = run.TraceParent ?? described.TraceParent,
            Incarnation = shard.Incarnation,
            MayWait = mayWait,
            MayMove = tries.MayMove,
            MayHold = !call.IsStream,
            // A stream has an id of its own, by which its reader asks for items.
            CallId = call.IsStream ? Guid.Empty : Guid.NewGuid(),
        };
        Router.CheckSize(request, view);
        return new Attempt(shard, view, request, call.Options.Progress);
    }
}
