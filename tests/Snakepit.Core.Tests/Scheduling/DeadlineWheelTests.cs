using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

public sealed class DeadlineWheelTests
{
    private static readonly TimeSpan Turn = 1024 * DeadlineWheel.Resolution;

    [Fact]
    public void Nothing_is_due_early()
    {
        var wheel = new DeadlineWheel();
        wheel.Add(new Ticket(), TimeSpan.FromMilliseconds(25));

        var due = Advance(wheel, TimeSpan.FromMilliseconds(24.9999));

        Assert.Empty(due);
    }

    [Fact]
    public void Everything_is_due_within_one_resolution()
    {
        var wheel = new DeadlineWheel();
        var ticket = new Ticket();
        wheel.Add(ticket, TimeSpan.FromMilliseconds(25));

        var due = Advance(wheel, TimeSpan.FromMilliseconds(25) + DeadlineWheel.Resolution);

        Assert.Equal([ticket], due);
    }

    [Fact]
    public void What_is_due_comes_once()
    {
        var wheel = new DeadlineWheel();
        wheel.Add(new Ticket(), TimeSpan.FromMilliseconds(25));
        Advance(wheel, TimeSpan.FromMilliseconds(50));

        var again = Advance(wheel, TimeSpan.FromHours(1));

        Assert.Empty(again);
    }

    [Fact]
    public void A_moment_in_the_past_is_due_at_the_next_step()
    {
        var wheel = new DeadlineWheel();
        Advance(wheel, TimeSpan.FromSeconds(100));
        var ticket = new Ticket();
        wheel.Add(ticket, TimeSpan.FromSeconds(3));

        var due = Advance(wheel, TimeSpan.FromSeconds(100) + DeadlineWheel.Resolution);

        Assert.Equal([ticket], due);
    }

    [Fact]
    public void A_moment_several_turns_away_is_not_due_when_its_bucket_passes()
    {
        var wheel = new DeadlineWheel();
        wheel.Add(new Ticket(), (3 * Turn) + TimeSpan.FromMilliseconds(5));

        var due = Advance(wheel, (2 * Turn) + TimeSpan.FromMilliseconds(20));

        Assert.Empty(due);
    }

    [Fact]
    public void A_jump_of_many_turns_finds_everything()
    {
        var wheel = new DeadlineWheel();
        var tickets = Enumerable.Range(0, 5000).Select(_ => new Ticket()).ToArray();
        for (var i = 0; i < tickets.Length; i++)
            wheel.Add(tickets[i], i * TimeSpan.FromMilliseconds(7));

        var due = Advance(wheel, 20 * Turn);

        Assert.Equal(tickets.ToHashSet(), due.ToHashSet());
    }

    [Fact]
    public void No_limit_is_no_entry()
    {
        var wheel = new DeadlineWheel();

        wheel.Add(new Ticket(), TimeSpan.MaxValue);

        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Removing_twice_counts_once()
    {
        var wheel = new DeadlineWheel();
        var ticket = new Ticket();
        wheel.Add(ticket, TimeSpan.FromSeconds(1));
        wheel.Add(new Ticket(), TimeSpan.FromSeconds(1));
        wheel.Remove(ticket);

        wheel.Remove(ticket);

        Assert.Equal(1, wheel.Count);
    }

    [Fact]
    public void A_clock_that_stands_still_or_steps_back_finds_nothing_new()
    {
        var wheel = new DeadlineWheel();
        Advance(wheel, TimeSpan.FromSeconds(10));
        wheel.Add(new Ticket(), TimeSpan.FromSeconds(11));

        var due = Advance(wheel, TimeSpan.FromSeconds(10)).Concat(Advance(wheel, TimeSpan.FromSeconds(9)));

        Assert.Empty(due);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void It_agrees_with_a_naive_model(int seed)
    {
        var random = new Random(seed);
        var wheel = new DeadlineWheel();
        var model = new Dictionary<Ticket, TimeSpan>();
        var now = TimeSpan.Zero;
        for (var step = 0; step < 5000; step++)
        {
            switch (random.Next(8))
            {
                case < 4:
                    var ticket = new Ticket();
                    var moment = Due(random, now);
                    wheel.Add(ticket, moment);
                    model[ticket] = moment < now ? now : moment; // a moment in the past counts from now
                    break;
                case < 6 when model.Count > 0:
                    var leaving = model.Keys.ElementAt(random.Next(Math.Min(model.Count, 20)));
                    model.Remove(leaving);
                    wheel.Remove(leaving);
                    break;
                default:
                    now += Jump(random);
                    var due = Advance(wheel, now);
                    var expected = due.TrueForAll(found => model.Remove(found, out var promised) && promised <= now);
                    Assert.True(expected, $"Seed {seed}, step {step}: early, twice or removed.");
                    var onTime = model.Values.All(promised => promised > now - DeadlineWheel.Resolution);
                    Assert.True(onTime, $"Seed {seed}, step {step}: late.");
                    break;
            }

            Assert.True(wheel.Count == model.Count, $"Seed {seed}, step {step}: {wheel.Count} entries, expected {model.Count}.");
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 20)];

    private static List<Ticket> Advance(DeadlineWheel wheel, TimeSpan now)
    {
        var due = new List<Ticket>();
        wheel.Advance(now, due);
        return due;
    }

    private static TimeSpan Due(Random random, TimeSpan now) => random.Next(5) switch
    {
        0 => now - (random.NextDouble() * now), // passed already
        1 => now,
        2 => now + (random.NextDouble() * 5 * Turn),
        _ => now + (random.NextDouble() * TimeSpan.FromSeconds(1)),
    };

    private static TimeSpan Jump(Random random) => random.Next(20) switch
    {
        0 => random.NextDouble() * 3 * Turn,
        1 => Turn,
        2 => TimeSpan.Zero,
        _ => random.NextDouble() * TimeSpan.FromMilliseconds(100),
    };
}
