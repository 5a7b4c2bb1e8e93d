using Snakepit.Supervision;

namespace Snakepit.Core.Scheduling;

/// <summary>
/// The slots of a shard and how many of them are wanted. A slot that is not wanted any more stays here, because its generations must not
/// begin again at 1: worker names would come back in one run.
/// </summary>
internal sealed class SlotTable
{
    private readonly List<Slot> _slots = [];

    public SlotTable(int size) => Resize(size);

    /// <summary>Every slot that there has been.</summary>
    public IReadOnlyList<Slot> All => _slots;

    /// <summary>How many workers the shard is asked to keep.</summary>
    public int Size { get; private set; }

    /// <summary>Slots that may be in replacement at the same time, but for those whose old worker outlasts RecycleHold.</summary>
    public int RecycleLimit => Math.Max(1, Size / 10);

    public Slot this[int index] => _slots[index];

    /// <summary>Ready workers, and the calls that they take at once.</summary>
    public (int Workers, int Capacity) Ready
    {
        get
        {
            var (workers, capacity) = (0, 0);
            foreach (var slot in _slots)
            {
                if (slot.State == WorkerState.Ready)
                    (workers, capacity) = (workers + 1, capacity + slot.Capacity);
            }

            return (workers, capacity);
        }
    }

    /// <summary>Calls that workers would take now.</summary>
    public int Free
    {
        get
        {
            var free = 0;
            foreach (var slot in _slots)
                free += slot.Current is { TakesWork: true } worker ? worker.Capacity - worker.Load : 0;
            return free;
        }
    }

    /// <summary>A slot has no ready worker because the latest ones failed.</summary>
    public bool IsFailing => _slots.Exists(static slot => slot is { IsWanted: true, Failures: > 0 } && slot.State != WorkerState.Ready);

    /// <summary>Adds slots, or gives up those with the highest numbers. Their workers are the caller's to dismiss.</summary>
    public void Resize(int size)
    {
        Size = size;
        while (_slots.Count < size)
            _slots.Add(new Slot(_slots.Count));
        foreach (var slot in _slots)
            slot.IsWanted = slot.Index < size;
    }

    /// <summary>The first slot whose worker serves though the slot is not wanted; null when there is none.</summary>
    public Slot? FirstToDismiss() =>
        _slots.Find(static slot => !slot.IsWanted && slot.Current is { State: WorkerState.Ready, HasStoppedServing: false });
}
