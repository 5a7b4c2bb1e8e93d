using Snakepit.Core.Failures;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Errors;
using Snakepit.Execution;
using Snakepit.Grains.Shards.Calls;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Grains.Shards.Workers;
using Snakepit.Pools;

namespace Snakepit.Grains.Shards;

/// <summary>Carries the scheduler's decisions out. Runs in the turns of the shard.</summary>
internal sealed class ShardDecisions(ShardCore core, ShardFailures failures, CallRunner runner, ShardWorkers workers) : IDecisionHandler
{
    private readonly Queue<string> _targets = new();

    /// <summary>Calls that have ended and whose callers have no answer yet.</summary>
    public bool HasUnanswered => runner.Unanswered > 0;

    /// <summary>Lets waiting calls leave for shards that have room, the longest waiting first.</summary>
    public void Move(ShardRoom[] room)
    {
        _targets.Clear();
        foreach (var (silo, places) in room)
        {
            for (var i = 0; i < places; i++)
                _targets.Enqueue(silo);
        }

        core.Engine.Apply(core.Scheduler.MoveQueued(_targets.Count));
    }

    /// <summary>A decision that cannot be carried out is a bug. It must cost one call, not the shard.</summary>
    public void CarryOut(Decision decision)
    {
        try
        {
            Apply(decision);
        }
        catch (Exception error)
        {
            PoolLog.Broken(core.Services.Logger, error, core.Place.Id);
            if (decision.Ticket is Call call)
                runner.Break(call, error);
        }
    }

    private void Apply(Decision decision)
    {
        switch (decision.Kind)
        {
            case DecisionKind.Dispatch:
                core.Tasks.Own(runner.RunAsync(CallOf(decision), decision.Slot!.Index, decision.Generation));
                break;
            case DecisionKind.Move:
                Answer(decision, failures.Moved(CallOf(decision).Facts, _targets.Dequeue(), core.Now));
                break;
            case DecisionKind.Hold:
                CallOf(decision).Hold();
                break;
            case DecisionKind.CallUp:
                CallOf(decision).CallUp();
                break;
            case DecisionKind.Reject:
                Answer(decision, failures.Rejected(decision.Reason, CallOf(decision).Facts, core.Scheduler, core.Now));
                break;
            case DecisionKind.Expire:
                Answer(decision, failures.Expired(CallOf(decision).Facts, decision.Reason, core.Scheduler, core.Now));
                break;
            case DecisionKind.Overdue:
                Stop(decision, StopReason.Deadline);
                break;
            case DecisionKind.GiveUp:
                Answer(decision, failures.Overdue(CallOf(decision).Facts, core.Now));
                break;
            case DecisionKind.CancelRunning:
                Stop(decision, StopReason.CallerGone);
                break;
            case DecisionKind.StartWorker:
                workers.Start(decision.Slot!.Index, decision.Generation);
                break;
            case DecisionKind.StopWorker:
                workers.Stop(decision.Slot!, decision.Generation);
                break;
            case DecisionKind.DumpStacks:
                WorkerOf(decision)?.DumpStacks();
                break;
            case DecisionKind.KillWorker:
                WorkerOf(decision)?.Kill($"tool '{CallOf(decision).Request.Tool}' did not stop after its call had ended");
                break;
            default:
                throw new InvalidOperationException($"Unknown decision {decision.Kind}.");
        }
    }

    /// <summary>Every ticket that this shard submits is a call.</summary>
    private static Call CallOf(Decision decision) => (Call)decision.Ticket!;

    private IWorker? WorkerOf(Decision decision) => workers.Find(decision.Slot!.Index, decision.Generation);

    private static void Answer(Decision decision, Failure failure) => CallOf(decision).TryAnswer(ToolReply.Failed(failure));

    private void Stop(Decision decision, StopReason reason)
    {
        var call = CallOf(decision);
        WorkerOf(decision)?.Cancel(call.Id, call.Request.Attempt, reason);
    }
}
