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

    private readonly HeldCall _held = new(time);

    /// <inheritdoc/>
    public Failure? FailureOf(ToolReply answer) => answer.Failure;

    /// <inheritdoc/>
    public async Task<ToolReply> SendAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var request = attempt.Request;
        var id = attempt.Target.Shard;
        var entry = router.Enter(attempt.Target, attempt.View);
        var interrupted = entry.Interrupted;
        var mayBeHeld = false;
        try
        {
            var grain = grains.GetGrain<IPoolShardGrain>(id.ToString());
            var began = time.GetTimestamp();
            var local = router.ExecuteLocally(id, request, cancellationToken);
            mayBeHeld = local is null && request.MayHold;
            var answer = local ?? grain.ExecuteAsync(request, cancellationToken);
            using var progress = ProgressReader.Begin(attempt.Progress, grain, request.CallId, time);
            var sent = new SentCall(id.Silo, grain, request, entry, began);
            var (reply, resumed) = await AnswerAsync(sent, answer, interrupted).ConfigureAwait(false);
            if (reply.IsHeld)
                reply = await BeginAsync(sent, mayHaveBegun: resumed, cancellationToken).ConfigureAwait(false);
            // The own silo's shard says it in its reply, a message's framework by this exception.
            return reply.Failure?.Code == SnakepitErrorCode.Cancelled && cancellationToken.IsCancellationRequested
                ? throw new OperationCanceledException(cancellationToken)
                : reply;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The shard hears of the token only while it has a request to answer, and a held call waits between two requests.
            if (mayBeHeld)
                grains.GetGrain<IPoolShardGrain>(id.ToString()).GiveUpAsync(request.CallId).Ignore();
            throw;
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
    /// Waits for an answer, and asks the shard for it again when its way may be broken. Says whether it did: that question lets a held call
    /// begin.
    /// </summary>
    private async Task<(ToolReply Reply, bool Resumed)> AnswerAsync(
        SentCall sent, Task<ToolReply> answer, CancellationToken interrupted)
    {
        var (request, entry) = (sent.Request, sent.Entry);
        try
        {
            var limit = RetryState.Limit(Left(request.Budget, sent.Began));
            return (await answer.WaitAsync(limit, time, interrupted).ConfigureAwait(false), false);
        }
        catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
        {
            if (answer.IsCompleted)
                return (await answer.ConfigureAwait(false), false);
            var again = request with { Budget = Left(request.Budget, sent.Began) };
            if (await ResumeAsync(sent.Grain, again, answer, entry, sent.Began).ConfigureAwait(false) is { } resumed)
                return (resumed, true);
            if (Left(request.Budget, sent.Began) == TimeSpan.Zero)
                throw new TimeoutException();
            var what = entry.IsLost
                ? $"Silo '{sent.Silo}' left the cluster while it had a call to tool '{request.Tool}'."
                : $"The answer to the call of tool '{request.Tool}' on silo '{sent.Silo}' was lost with the connection to a gateway.";
            return (Failed(SnakepitErrorCode.SiloUnreachable, Outcome.MaybeRan, what), true);
        }
    }

    /// <summary>The shard holds the call: waits until it is called up, gives the word, and waits for the answer.</summary>
    private async Task<ToolReply> BeginAsync(SentCall sent, bool mayHaveBegun, CancellationToken cancellationToken)
    {
        if (!mayHaveBegun && await _held.AwaitCallUpAsync(sent, cancellationToken).ConfigureAwait(false) is { } end)
            return end;
        var interrupted = sent.Entry.Interrupted;
        var word = new ResumeRequest(sent.Request.CallId, Left(sent.Request.Budget, sent.Began));
        try
        {
            var answer = sent.Grain.BeginAsync(word, cancellationToken);
            return (await AnswerAsync(sent, answer, interrupted).ConfigureAwait(false)).Reply;
        }
        catch (Exception error) when (mayHaveBegun && error is not (OperationCanceledException or TimeoutException))
        {
            // That this word did not arrive says nothing: the question before it was one, too.
            return Failed(
                SnakepitErrorCode.SiloUnreachable,
                Outcome.MaybeRan,
                $"Silo '{sent.Silo}' could not be reached for tool '{sent.Request.Tool}': {error.Message}");
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

    private TimeSpan Left(TimeSpan budget, long began) => RetryState.Left(budget, time.GetElapsedTime(began));

    private static ToolReply Failed(SnakepitErrorCode code, Outcome outcome, string message) =>
        ToolReply.Failed(new Failure { Code = code, Message = message, Outcome = outcome, Stage = CallStage.Client });
}
