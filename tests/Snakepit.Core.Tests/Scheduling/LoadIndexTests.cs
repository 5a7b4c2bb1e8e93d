using Snakepit.Core.Lifecycle;
using Snakepit.Core.Scheduling;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class LoadIndexTests
{
    [Fact]
    public void An_empty_index_has_nobody()
    {
        Assert.Null(new LoadIndex().LeastLoaded);
    }

    [Fact]
    public void A_full_worker_is_not_offered()
    {
        var index = new LoadIndex();
        var worker = Worker(0, capacity: 1);
        index.Place(worker);
        worker.Calls.Append(new Ticket());

        index.Place(worker);

        Assert.Null(index.LeastLoaded);
    }

    [Theory]
    [InlineData(WorkerState.Vacant)]
    [InlineData(WorkerState.Starting)]
    [InlineData(WorkerState.Draining)]
    [InlineData(WorkerState.Stopping)]
    public void Only_a_ready_worker_is_offered(WorkerState state)
    {
        var index = new LoadIndex();
        var worker = Worker(0, capacity: 1);
        worker.State = state;

        index.Place(worker);

        Assert.Null(index.LeastLoaded);
    }

    [Fact]
    public void A_worker_with_an_unsettled_call_is_not_offered()
    {
        var index = new LoadIndex();
        var worker = Worker(0, capacity: 2);
        worker.Unsettled = 1;

        index.Place(worker);

        Assert.Null(index.LeastLoaded);
    }

    [Fact]
    public void A_worker_that_became_lighter_is_found_again()
    {
        var index = new LoadIndex();
        var busy = Worker(0, capacity: 3);
        busy.Calls.Append(new Ticket());
        index.Place(busy);
        var lighter = Worker(1, capacity: 3);
        var ticket = new Ticket();
        lighter.Calls.Append(ticket);
        index.Place(lighter);
        lighter.Calls.Remove(ticket);

        index.Place(lighter);

        Assert.Same(lighter, index.LeastLoaded);
    }

    [Fact]
    public void Removing_a_worker_that_is_not_there_does_nothing()
    {
        var index = new LoadIndex();
        var worker = Worker(0, capacity: 1);
        index.Place(worker);

        index.Remove(Worker(1, capacity: 1));

        Assert.Same(worker, index.LeastLoaded);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_agrees_with_a_naive_model(int seed)
    {
        var random = new Random(seed);
        var index = new LoadIndex();
        var workers = Enumerable.Range(0, 8).Select(i => Worker(i, capacity: random.Next(1, 5))).ToArray();
        var placedAt = new Dictionary<SlotWorker, int>();
        for (var step = 0; step < 5000; step++)
        {
            var worker = workers[random.Next(workers.Length)];
            Change(worker, random);
            if (random.Next(10) == 0)
            {
                index.Remove(worker);
                placedAt.Remove(worker);
            }
            else
            {
                index.Place(worker);
                placedAt[worker] = step;
            }

            var expected = placedAt.Keys.Where(candidate => candidate.TakesWork)
                .OrderBy(candidate => candidate.Load).ThenBy(candidate => placedAt[candidate]).FirstOrDefault();
            var actual = index.LeastLoaded;
            Assert.True(actual == expected, $"Seed {seed}, step {step}: slot {actual?.Slot.Index}, expected {expected?.Slot.Index}.");
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    private static void Change(SlotWorker worker, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                worker.State = worker.State == WorkerState.Ready ? WorkerState.Draining : WorkerState.Ready;
                break;
            case 1:
                worker.Unsettled = 1 - worker.Unsettled;
                break;
            case < 4 when worker.Load < worker.Capacity:
                worker.Calls.Append(new Ticket());
                break;
            default:
                if (worker.Calls.First is { } ticket)
                    worker.Calls.Remove(ticket);
                break;
        }
    }

    private static SlotWorker Worker(int slot, int capacity) =>
        new(new Slot(slot), generation: 1, RecycleLimits.None) { State = WorkerState.Ready, Capacity = capacity };
}
