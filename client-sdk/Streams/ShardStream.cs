using Snakepit.Client.Routing;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Identity;
using Snakepit.Pools;
using Snakepit.Telemetry;

namespace Snakepit.Client.Streams;

/// <summary>One stream on one shard, from its opening to its closing. A lost answer is asked for again; the shard counts.</summary>
internal sealed class ShardStream : IAsyncDisposable
{
    /// <summary>Tries of one question when the connection breaks under it, and the pause before the second; it doubles.</summary>
    private const int Tries = 4;

    private const int SignsInPatience = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Guid _id = Guid.NewGuid();
    private readonly ShardId _shard;
    private readonly IPoolShardGrain _grain;
    private readonly InFlightTable.Entry _inFlight;
    private readonly ToolRequest _request;
    private readonly TimeProvider _time;
    private readonly long _began;
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _stop;
    private readonly CancellationTokenRegistration _closing;
    private Task<StreamBatch>? _asking;
    private ProgressReader? _progress;

    /// <summary>When the shard was last told that there is a reader.</summary>
    private long _shown;

    /// <summary>A question has been sent and may have arrived, so the tool may run.</summary>
    private bool _sent;

    /// <param name="shard">Where it runs.</param>
    /// <param name="grain">That shard's grain.</param>
    /// <param name="inFlight">Its place among the client's calls; given back at disposal.</param>
    /// <param name="request">What to run.</param>
    /// <param name="time">The client's clock.</param>
    /// <param name="cancellationToken">The reader gives up.</param>
    public ShardStream(
        ShardId shard,
        IPoolShardGrain grain,
        InFlightTable.Entry inFlight,
        ToolRequest request,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        _shard = shard;
        _grain = grain;
        _inFlight = inFlight;
        _request = request;
        _time = time;
        _began = time.GetTimestamp();
        _cancelled = cancellationToken;
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Closes at once, also while the reader is busy with an item.
        _closing = cancellationToken.Register(static stream => ((ShardStream)stream!).Close(), this);
    }

    /// <param name="progress">Gets the tool's progress until disposal; null when the caller has not asked for it.</param>
    public Task<StreamBatch> OpenAsync(IProgress<ToolProgress>? progress)
    {
        var opening = ReadAsync(0);
        _progress = ProgressReader.Begin(progress, _grain, _id, _time);
        return opening;
    }

    public Task<StreamBatch> ReadAsync(long have) => _asking = AskAsync(have);

    /// <summary>
    /// The reader takes an item. When it has had no question to ask for a while, because it has a batch ahead, this one-way message tells
    /// the shard that the reader is there; else the shard would take a slow reader for one that is gone.
    /// </summary>
    /// <param name="patience">How long it may stay away.</param>
    public void Touch(TimeSpan patience)
    {
        if (_asking is not { IsCompletedSuccessfully: true, Result.End: null } || _time.GetElapsedTime(_shown) < patience / SignsInPatience)
            return;
        _shown = _time.GetTimestamp();
        _ = TellAsync(static (grain, id) => grain.TouchStreamAsync(id));
    }

    public async ValueTask DisposeAsync()
    {
        _progress?.Dispose();
        await _closing.DisposeAsync().ConfigureAwait(false);
        Close();
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_asking is { } asking)
            await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
        _inFlight.Leave();
    }

    private async Task<StreamBatch> AskAsync(long have)
    {
        for (var attempt = 1; ; attempt++)
        {
            var left = _request.Budget == Timeout.InfiniteTimeSpan ? _request.Budget : _request.Budget - _time.GetElapsedTime(_began);
            if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
                return Late(have);
            string reason;
            var again = _sent;
            _sent = true;
            _shown = _time.GetTimestamp();
            try
            {
                // Opened once only: a shard that has been restarted meanwhile does not know the name and would run the tool a second time.
                var answer = again ? _grain.ReadStreamAsync(_id, have) : _grain.OpenStreamAsync(_request, _id);
                var batch = await AwaitAsync(answer, left).ConfigureAwait(false);
                if (batch is { Items: not [] } or { End: not null })
                    return again ? Started(batch) : batch;
                // The stream goes on. The next question is asked from here, whatever the reader does meanwhile, so that the shard sees the
                // reader.
                attempt = 0;
                continue;
            }
            catch (TimeoutException error)
            {
                reason = error.Message; // the budget's, which the next turn sees, or the framework's: its answer got lost
            }
            catch (OperationCanceledException) when (!_stop.IsCancellationRequested && !_inFlight.IsLost)
            {
                // A connection to a gateway broke, perhaps the one of this question; the shard is there. A second opening begins nothing
                // anew there, and another run of the silo refuses it.
                _sent = again;
                attempt = 0;
                continue;
            }
            catch (OperationCanceledException) when (_inFlight.IsLost && !_cancelled.IsCancellationRequested)
            {
                return Failed(
                    have,
                    SnakepitErrorCode.SiloUnreachable,
                    $"Silo '{_shard.Silo}' left the cluster while it had a stream of tool '{_request.Tool}'.");
            }
            catch (OperationCanceledException)
            {
                _cancelled.ThrowIfCancellationRequested();
                throw;
            }
            catch (SnakepitException error)
            {
                var refused = StreamBatch.Failed(have, error.Failure);
                return again ? Started(refused) : refused;
            }
            catch (Exception error) when (!again && Undelivered.OutcomeOf(error) == Outcome.NotStarted)
            {
                return Unreached(have, error.Message, Outcome.NotStarted);
            }
            catch (Exception error) // the framework rejected the message or lost the connection
            {
                reason = error.Message;
            }

            if (attempt == Tries)
                return Unreached(have, reason, Outcome.MaybeRan);
            await Task.Delay(Pause * Math.Pow(2, attempt - 1), _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Ends also when the silo is lost, and when a connection broke that may have carried the question.</summary>
    private async Task<StreamBatch> AwaitAsync(Task<StreamBatch> answer, TimeSpan left)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, _inFlight.Interrupted);
        return await answer.WaitAsync(RetryState.Limit(left), _time, end.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// A silo that says it has no such shard, or is another run, speaks of the present. Its earlier run may have begun the stream, so the
    /// outcome is not NotStarted.
    /// </summary>
    private static StreamBatch Started(StreamBatch batch) =>
        batch.End is { Failure: { Outcome: Outcome.NotStarted } gone } end
        && gone.Code is SnakepitErrorCode.SiloUnreachable or SnakepitErrorCode.PoolNotFound
            ? batch with { End = end with { Failure = gone with { Outcome = Outcome.MaybeRan } } }
            : batch;

    /// <summary>
    /// Tells the shard and does not wait for an answer. When the message is lost, the shard gives the reader up by itself.
    /// </summary>
    private void Close() => _ = TellAsync(static (grain, id) => grain.CloseStreamAsync(id));

    private async Task TellAsync(Func<IPoolShardGrain, Guid, Task> word)
    {
        try
        {
            await word(_grain, _id).ConfigureAwait(false);
        }
        catch (Exception) // the shard cannot be told; the next question, if there is one, fails and says why
        {
        }
    }

    private StreamBatch Unreached(long have, string reason, Outcome outcome) => Failed(
        have,
        SnakepitErrorCode.SiloUnreachable,
        $"Silo '{_shard.Silo}' could not be reached for the stream of tool '{_request.Tool}': {reason}",
        outcome);

    private StreamBatch Late(long have) => Failed(
        have,
        SnakepitErrorCode.DeadlineExceeded,
        $"The stream of tool '{_request.Tool}' in pool '{_shard.Pool}' did not end within its budget of "
        + $"{_request.Budget.TotalSeconds:0.###} s.");

    private static StreamBatch Failed(long have, SnakepitErrorCode code, string message, Outcome outcome = Outcome.MaybeRan) =>
        StreamBatch.Failed(have, new Failure { Code = code, Message = message, Outcome = outcome, Stage = CallStage.Client });
}
