using Microsoft.Extensions.Logging;
using Orleans.GrainDirectory;
using Orleans.Placement;
using Snakepit.Core.Ports;
using Snakepit.Grains.Placement;
using Snakepit.Grains.Shards;
using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.Grains.Workers;

/// <inheritdoc cref="IWorkerGrain"/>
/// <remarks>
/// Its reminder outlives the silo. When it fires and the silo is gone, the grain wakes elsewhere as a stand-in, whose only
/// work is to remove the reminder.
/// </remarks>
[PinnedPlacement(standIn: true), GrainDirectory(PinnedDirectory.Name), Immovable]
internal sealed class WorkerGrain(ILocalSiloDetails silo, ShardHost shards, ILogger<WorkerGrain> logger) : Grain, IWorkerGrain, IRemindable
{
    private const string AgeReminder = "age";

    /// <summary>The framework's shortest period of reminders, and what it takes them for: minutes and more.</summary>
    private static readonly TimeSpan ReminderMinute = TimeSpan.FromMinutes(1);

    /// <summary>How long a reminder that its store did not take waits for the next try.</summary>
    private static readonly TimeSpan NextTry = TimeSpan.FromSeconds(10);

    /// <summary>How long a question about output waits for a line. Below the limit of the answer.</summary>
    private static readonly TimeSpan OutputWait = TimeSpan.FromSeconds(5);

    private SlotId _id;
    private IGrainTimer? _timer;
    private bool _lacksReminder; // and the log says so

    private bool IsStandIn => _id.Shard.Silo != silo.Name;

    /// <summary>The shard of this silo; null for a pool that the silo does not have.</summary>
    private LocalShard? Shard => shards.Find(_id.Shard.Pool);

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _id = SlotId.FromKey(this.GetPrimaryKeyString());
        return base.OnActivateAsync(cancellationToken);
    }

    public async Task<WorkerReport?> GetReportAsync()
    {
        RefuseAsStandIn();
        return Shard is { } shard
            ? (await shard.ReportAsync(output: true)).Workers.FirstOrDefault(worker => worker.Worker.Slot == _id)
            : null;
    }

    public async Task<bool> RecycleAsync()
    {
        RefuseAsStandIn();
        return Shard is { } shard && await shard.RecycleAsync(_id.Slot, RecycleReason.Manual) > 0;
    }

    public async Task<WorkerStacks[]> GetStacksAsync()
    {
        RefuseAsStandIn();
        return Shard is { } shard ? await shard.StacksAsync(_id.Slot) : [];
    }

    public async Task<WorkerSamples?> GetSamplesAsync(int? generation, TimeSpan duration)
    {
        RefuseAsStandIn();
        return Shard is { } shard ? await shard.SamplesAsync(_id.Slot, generation, duration) : null;
    }

    public async Task<OutputPage?> GetOutputAsync(int? generation, long? after, int most)
    {
        RefuseAsStandIn();
        return Shard is { } shard ? await shard.ReadOutputAsync(_id, new OutputQuestion(generation, after, most, OutputWait)) : null;
    }

    public async Task WatchAgeAsync(TimeSpan left)
    {
        RefuseAsStandIn();
        await WaitAsync(left);
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (IsStandIn)
        {
            await RemoveReminderAsync("its silo is not in the cluster");
            DeactivateOnIdle();
            return;
        }

        await LookAsync();
    }

    /// <summary>Everything but its own reminder is for the silo that has the process.</summary>
    private void RefuseAsStandIn()
    {
        if (!IsStandIn)
            return;
        DeactivateOnIdle(); // so that the silo's return is noticed
        throw PinnedPlacementDirector.SiloGone(_id.Shard.Silo, _id.ToString());
    }

    private async Task WaitAsync(TimeSpan left)
    {
        _timer?.Dispose();
        _timer = null;
        if (left >= ReminderMinute)
        {
            if (await TrySetReminderAsync(left))
                return;
            left = NextTry;
        }

        _timer = this.RegisterGrainTimer(LookAsync, new GrainTimerCreationOptions(left, Timeout.InfiniteTimeSpan) { KeepAlive = true });
    }

    /// <summary>Asks the shard whether the time has come; the shard knows each worker's own limit.</summary>
    private async Task LookAsync()
    {
        if (Shard is { } shard && await shard.LookAtAgeAsync(_id.Slot) is { } more)
            await WaitAsync(more);
        else
            await RemoveReminderAsync("its worker is replaced or gone");
    }

    private async Task<bool> TrySetReminderAsync(TimeSpan left)
    {
        try
        {
            await this.RegisterOrUpdateReminder(AgeReminder, left, ReminderMinute);
            _lacksReminder = false;
            return true;
        }
        catch (Exception error) // the reminders' store is away: the age still counts
        {
            if (!_lacksReminder)
                PoolLog.NoReminder(logger, error, _id);
            _lacksReminder = true;
            return false;
        }
    }

    private async Task RemoveReminderAsync(string reason)
    {
        if (await this.GetReminder(AgeReminder) is not { } reminder)
            return;
        await this.UnregisterReminder(reminder);
        PoolLog.ReminderRemoved(logger, _id, reason);
    }
}
