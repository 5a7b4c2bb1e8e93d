using Snakepit.Core.Scheduling;
using Snakepit.Workers;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class LoadIndexTests
{
    [Fact]
    public void An_empty_index_has_nobody()
    {
        Assert.Null(new LoadIndex().LeastLoaded);
    }

    [Fact]
    public void A_full_slot_is_not_offered()
    {
        var index = new LoadIndex();
        var slot = Slot(0, capacity: 1);
        index.Place(slot);
        slot.Calls.Append(new Ticket());

        index.Place(slot);

        Assert.Null(index.LeastLoaded);
    }

    [Theory]
    [InlineData(WorkerState.Vacant)]
    [InlineData(WorkerState.Starting)]
    [InlineData(WorkerState.Draining)]
    [InlineData(WorkerState.Stopping)]
    public void Only_a_ready_slot_is_offered(WorkerState state)
    {
        var index = new LoadIndex();
        var slot = Slot(0, capacity: 1);
        slot.State = state;

        index.Place(slot);

        Assert.Null(index.LeastLoaded);
    }

    [Fact]
    public void A_slot_with_an_unsettled_call_is_not_offered()
    {
        var index = new LoadIndex();
        var slot = Slot(0, capacity: 2);
        slot.Unsettled = 1;

        index.Place(slot);

        Assert.Null(index.LeastLoaded);
    }

    [Fact]
    public void A_slot_that_became_lighter_is_found_again()
    {
        var index = new LoadIndex();
        var busy = Slot(0, capacity: 3);
        busy.Calls.Append(new Ticket());
        index.Place(busy);
        var lighter = Slot(1, capacity: 3);
        var ticket = new Ticket();
        lighter.Calls.Append(ticket);
        index.Place(lighter);
        lighter.Calls.Remove(ticket);

        index.Place(lighter);

        Assert.Same(lighter, index.LeastLoaded);
    }

    [Fact]
    public void Removing_a_slot_that_is_not_there_does_nothing()
    {
        var index = new LoadIndex();
        var slot = Slot(0, capacity: 1);
        index.Place(slot);

        index.Remove(Slot(1, capacity: 1));

        Assert.Same(slot, index.LeastLoaded);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_agrees_with_a_naive_model(int seed)
    {
        var random = new Random(seed);
        var index = new LoadIndex();
        var slots = Enumerable.Range(0, 8).Select(i => Slot(i, capacity: random.Next(1, 5))).ToArray();
        var placedAt = new Dictionary<Slot, int>();
        for (var step = 0; step < 5000; step++)
        {
            var slot = slots[random.Next(slots.Length)];
            Change(slot, random);
            if (random.Next(10) == 0)
            {
                index.Remove(slot);
                placedAt.Remove(slot);
            }
            else
            {
                index.Place(slot);
                placedAt[slot] = step;
            }

            var expected = placedAt.Keys.Where(candidate => candidate.TakesWork)
                .OrderBy(candidate => candidate.Load).ThenBy(candidate => placedAt[candidate]).FirstOrDefault();
            var actual = index.LeastLoaded;
            Assert.True(actual == expected, $"Seed {seed}, step {step}: slot {actual?.Index}, expected {expected?.Index}.");
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    private static void Change(Slot slot, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                slot.State = slot.State == WorkerState.Ready ? WorkerState.Draining : WorkerState.Ready;
                break;
            case 1:
                slot.Unsettled = 1 - slot.Unsettled;
                break;
            case < 4 when slot.Load < slot.Capacity:
                slot.Calls.Append(new Ticket());
                break;
            default:
                if (slot.Calls.First is { } ticket)
                    slot.Calls.Remove(ticket);
                break;
        }
    }

    private static Slot Slot(int index, int capacity) => new(index) { State = WorkerState.Ready, Capacity = capacity };
}
