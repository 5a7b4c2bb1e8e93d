using System.Diagnostics;
using Snakepit.Core.Scheduling;

namespace Snakepit.Bench;

/// <summary>A shard's scheduler alone on one core: submit and complete, with more and more calls waiting.</summary>
internal static class SchedulerBench
{
    private const int Rounds = 2_000_000;

    public static void Run(Report report)
    {
        foreach (var queued in new[] { 10, 100, 1000, 10_000 })
        {
            Measure(queued, Rounds / 10);
            report.Scheduler.Add((queued, Measure(queued, Rounds)));
        }
    }

    private static double Measure(int queued, int rounds)
    {
        var scheduler = new PoolScheduler(new SchedulerSpec { Size = 8, QueueLimit = queued + 1, StartBatchSize = 8 }, static () => 0.5);
        var now = TimeSpan.FromTicks(1);
        foreach (var start in scheduler.Tick(now).ToArray())
            scheduler.WorkerReady(start.Slot!.Index, start.Generation, 1, now);
        var running = new Queue<Ticket>();
        for (var i = 0; i < queued + 8; i++)
            Take(scheduler.Submit(NewTicket(now), now), running);

        var clock = Stopwatch.StartNew();
        for (var i = 0; i < rounds; i++)
        {
            now += TimeSpan.FromMicroseconds(1);
            Take(scheduler.Complete(running.Dequeue(), true, now), running);
            Take(scheduler.Submit(NewTicket(now), now), running);
            if (i % 25_000 == 0)
                scheduler.Tick(now); // as often as a shard does at this speed
        }

        return rounds / clock.Elapsed.TotalSeconds;
    }

    private static Ticket NewTicket(TimeSpan now) =>
        new() { QueueUntil = now + TimeSpan.FromSeconds(10), Deadline = now + TimeSpan.FromMinutes(5) };

    private static void Take(ReadOnlySpan<Decision> decisions, Queue<Ticket> running)
    {
        foreach (var decision in decisions)
        {
            if (decision.Kind == DecisionKind.Dispatch)
                running.Enqueue(decision.Ticket!);
        }
    }
}
