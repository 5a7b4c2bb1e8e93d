using Snakepit.Core.Ports;
using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.Workers.Output;

/// <summary>
/// The output of the workers of this host: of all that live, and of those that ended last, also of ones that never became ready.
/// Thread-safe.
/// </summary>
internal sealed class OutputShelf
{
    /// <summary>Of a slot: a worker, its successor, and the one before them. In a loop of crashes the last three.</summary>
    private const int MostOfSlot = 3;

    /// <summary>Of all slots together: 16 MiB, since the history of an ended process has 256 KiB at most.</summary>
    private const int MostEnded = 64;

    private readonly Lock _gate = new();
    private readonly LinkedList<Entry> _entries = new(); // the latest start last

    /// <summary>A process has started.</summary>
    public void Add(WorkerId worker, int pid, OutputHistory history)
    {
        lock (_gate)
        {
            _entries.AddLast(new Entry(worker, pid, history));
            history.Ended = () => Trim(worker.Slot);
        }

        Trim(worker.Slot); // also when it has ended before
    }

    /// <inheritdoc cref="IWorkerHost.ReadOutputAsync"/>
    public async Task<OutputPage?> ReadAsync(SlotId slot, OutputQuestion question)
    {
        if (Find(slot, question.Generation) is not { } entry)
            return null;
        if (question.After is { } after)
        {
            await entry.History.NewsAsync(after).WaitAsync(question.Wait, TimeProvider.System)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var found = entry.History.Read(question.After, question.Most);
        return new OutputPage
        {
            Worker = entry.Worker,
            Pid = entry.Pid,
            Lines = [.. found.Lines.Select(Shown)],
            Missed = found.Missed,
            End = found.End,
        };
    }

    private static OutputPageLine Shown(KeptLine line)
    {
        var said = OutputLine.Read(line.Text);
        return new OutputPageLine(line.Number, line.At, $"{said.Level}", said.Text);
    }

    private Entry? Find(SlotId slot, int? generation)
    {
        lock (_gate)
            return _entries.LastOrDefault(entry =>
                entry.Worker.Slot == slot && (generation is null || entry.Worker.Generation == generation));
    }

    private void Trim(SlotId slot)
    {
        lock (_gate)
        {
            DropEnded(_entries.Where(entry => entry.Worker.Slot == slot), MostOfSlot);
            DropEnded(_entries.Where(entry => entry.History.HasEnded), MostEnded);
        }
    }

    /// <summary>Drops the earliest of them that have ended until there are few enough.</summary>
    private void DropEnded(IEnumerable<Entry> entries, int most)
    {
        var all = entries.ToList();
        foreach (var entry in all.Where(entry => entry.History.HasEnded).Take(Math.Max(0, all.Count - most)).ToList())
            _entries.Remove(entry);
    }

    private sealed record Entry(WorkerId Worker, int Pid, OutputHistory History);
}
