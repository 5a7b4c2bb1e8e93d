using Snakepit.Core.Ports;
using Snakepit.Identity;
using Snakepit.Supervision;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>Asks workers of a shard at the same time what their threads do. Their calls go on.</summary>
internal static class StackQuestion
{
    /// <summary>A worker that has not answered by then is stopped, or its host is busy. Below the 5 s of a silo's answer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>Characters of one answer: of a hundred busy workers a person reads a few.</summary>
    private const int MostCharacters = 2 * 1024 * 1024;

    private static string Silence => OperatingSystem.IsLinux()
        ? $"It has not answered within {Limit.TotalSeconds:0} s."
        : "Its interpreter has not answered, and only Linux has another way to ask it.";

    public static async Task<WorkerStacks[]> AskAsync(IReadOnlyList<(WorkerId Id, IWorker Worker)> workers)
    {
        var answers = await Task.WhenAll(workers.Select(async each =>
            (each.Id, each.Worker.Facts.Pid, Text: await each.Worker.StacksAsync(Limit))));
        var (room, stacks) = (MostCharacters, new List<WorkerStacks>(answers.Length));
        foreach (var (id, pid, text) in answers)
            stacks.Add(Fit(new WorkerStacks { Worker = id, Pid = pid }, text, ref room));
        return [.. stacks];
    }

    private static WorkerStacks Fit(WorkerStacks stacks, string? text, ref int room)
    {
        if (text is null)
            return stacks with { Silence = Silence };
        if (text.Length > room)
            return stacks with { Silence = "Left out, because the stacks of the workers before it fill the answer; ask for its slot." };
        room -= text.Length;
        return stacks with { Stacks = text };
    }
}
