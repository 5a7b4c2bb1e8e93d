using Snakepit.Core.Failures;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Workers;
using Snakepit.Sessions;
using Snakepit.Telemetry;

namespace Snakepit.Grains.Shards.Calls;

/// <summary>Takes a call from its dispatch to its answer. Begins and ends in turns of the shard.</summary>
internal sealed class CallRunner(ShardCore core, ShardFailures failures, ShardWorkers workers)
{
    /// <summary>Answers that the shard had no caller for any more.</summary>
    public long LateReplies { get; private set; }

    /// <summary>Calls that have ended and whose callers wait until the other shards have been told.</summary>
    public int Unanswered { get; private set; }

    private TimeSpan Now => core.Clock.Now;

    /// <summary>Ends a call that a bug of this project has stopped.</summary>
    public void Break(Call call, Exception error)
    {
        core.Engine.Apply(core.Scheduler.Complete(call, succeeded: false, Now));
        call.TryAnswer(ToolReply.Failed(failures.Broken(call.Facts, error, Now)));
    }

    /// <summary>One call on one worker, from dispatch to answer. Never faults.</summary>
    public async Task RunAsync(Call call, int slot, int generation)
    {
        try
        {
            // The other shards must know that what they keep for the session is old, before the caller sees an answer from here.
            if (call.SessionMoved == SessionMove.New)
                call.Heard = core.Services.Others.ForgetAsync(core.Place.Id, call.Session!, call.AnswerBy - Now);
            if (call.State != TicketState.Running || workers.Find(slot, generation) is not { } worker)
            {
                call.TryAnswer(ToolReply.Failed(failures.WorkerLost(call.Facts, Now)));
                return;
            }

            if (call.Trace.TraceParent is not null)
                call.Trace.Dispatched(core.Worker(slot, generation).ToString(), call.DispatchedAt - call.SubmittedAt);
            var remaining = call.Deadline == TimeSpan.MaxValue ? CallBudget.Infinite : call.Deadline - call.DispatchedAt;
            // The answer's turn may run on the thread that read the answer: one hand-over less for a lone call.
            var reply = await call.RunAsync(worker, remaining).ConfigureAwait(false);
            await await core.Place.Turns.Run(() => AnsweredAsync(call, worker, (slot, generation), reply)).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            PoolLog.Broken(core.Services.Logger, error, core.Place.Id);
            await core.Place.Turns.Run(() => Break(call, error)).ConfigureAwait(false);
        }
    }

    /// <summary>Its worker has answered. Runs in a turn.</summary>
    private async Task AnsweredAsync(Call call, IWorker worker, (int Slot, int Generation) at, ToolReply reply)
    {
        var (slot, generation) = at;
        if (reply.Failure is { Code: SnakepitErrorCode.WorkerExited } lost)
        {
            var exit = await worker.LinkClosed;
            workers.LinkClosed(slot, generation, exit); // before the ticket ends, else the dead worker would get the next one
            reply = reply with { Failure = failures.WithExit(lost, exit, call.IsCollateral) };
        }
        else if (reply.Failure is { Code: SnakepitErrorCode.WorkerRefused })
        {
            core.Engine.Apply(core.Scheduler.WorkerStoppedServing(slot, generation, Now));
        }

        var now = Now;
        var overdue = call.Stopping != StopStep.None && !call.CallerGone;
        core.Engine.Apply(core.Scheduler.Complete(call, reply.Failure is null, now));
        if (!call.Heard.IsCompleted)
        {
            Unanswered++;
            await call.Heard;
            Unanswered--;
        }

        if (!call.TryAnswer(WithTimes(overdue ? failures.Overdue(reply, call.Facts, now) : reply, call)) && !call.CallerGone)
            LateReplies++;
    }

    private ToolReply WithTimes(ToolReply reply, Call call)
    {
        var python = reply.Times.Python;
        var back = reply.ReceivedAt == 0 ? TimeSpan.Zero : core.Clock.Since(reply.ReceivedAt);
        var times = new StageTimes
        {
            Queue = call.DispatchedAt - call.SubmittedAt,
            Dispatch = Now - call.DispatchedAt - python - back,
            Python = python,
            Return = back,
        };
        return reply with
        {
            Times = times,
            SessionMoved = call.SessionMoved,
            Failure = reply.Failure is { } failure ? failure with { Elapsed = times } : null,
        };
    }
}
