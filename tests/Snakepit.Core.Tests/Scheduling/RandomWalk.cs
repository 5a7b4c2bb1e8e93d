using Snakepit.Core.Scheduling;
using Snakepit.Pools;
using Snakepit.Supervision;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>
/// Drives a scheduler through everything that can happen, in an order that only the seed knows, and checks it against
/// its model after every step.
/// </summary>
internal sealed class RandomWalk
{
    /// <summary>Tickets a step may touch; the older ones among them have mostly ended, so late answers and cancels occur.</summary>
    private const int Reach = 40;

    private readonly Random _random;
    private readonly WalkProfile _profile;
    private readonly PoolScheduler _scheduler;
    private readonly WalkModel _model;
    private readonly Queue<WalkTicket> _recent = new();
    private readonly WalkStory _story;
    private TimeSpan _now = TimeSpan.FromMinutes(1);
    private int _numbers;

    private RandomWalk(WalkProfile profile, int seed)
    {
        _story = new WalkStory(seed);
        _random = new Random(seed);
        _profile = profile;
        var spec = profile.Spec(_random);
        // With a breaker both must draw the same numbers, and only a constant is the same for whoever draws first.
        var numbers = new Random(seed);
        Func<double> jitter = spec.Breaker.Crashes > 0 ? () => 0.5 : numbers.NextDouble;
        _scheduler = new PoolScheduler(spec, jitter);
        _model = new WalkModel(spec, _scheduler, jitter);
    }

    /// <summary>Walks, recovers, drains, and leaves nothing behind.</summary>
    public static void Run(WalkProfile profile, int seed, int steps)
    {
        var walk = new RandomWalk(profile, seed);
        try
        {
            for (var step = 0; step < steps; step++)
                walk.Step();
            walk.Recover();
            walk.DrainAndResume();
            walk.Recover();
            walk.DrainAndEnd();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new WalkFailedException(walk._story, exception);
        }
    }

    private void Step()
    {
        var dice = _random.Next(100);
        if ((dice -= _profile.Submits) < 0)
            Submit();
        else if ((dice -= _profile.Answers) < 0)
            Complete(AnyTicket(), _random.Next(4) > 0);
        else if ((dice -= _profile.Cancels) < 0)
        {
            if (_random.Next(4) == 0)
                Move(_random.Next(3));
            else
                Cancel(AnyTicket());
        }
        else if ((dice -= _profile.Deaths) < 0)
            Exit(AnySlot(), stale: _random.Next(4) == 0);
        else if ((dice -= _profile.Recycles) < 0)
            Age(AnySlot());
        else if (dice == 0)
            Resize(_random.Next(2 * _profile.LargestPool));
        else if (dice < 10)
            Start(AnySlot());
        else
            Pass();
    }

    /// <summary>A healthy world gets every pool back on its feet, whatever was before.</summary>
    private void Recover()
    {
        if (_scheduler.Size == 0)
            Resize(1);
        for (var second = 0; second < 120; second++)
        {
            Advance(TimeSpan.FromSeconds(1));
            Tick();
            foreach (var slot in _model.Slots)
            {
                foreach (var ticket in slot.Workers.SelectMany(worker => worker.Calls).ToArray())
                    Complete(ticket, succeeded: true);
                Ready(slot, slot.Generation);
                if (slot.Leaving is { } leaving)
                    Exit(slot, leaving.Generation, failure: null, crashed: false);
            }

            if (_model.State == PoolState.Tripped)
                Submit(TimeSpan.MaxValue); // half open: its success ends the storm
        }

        Law.Holds(_model.State == PoolState.Ready);
        Law.Holds(Array.TrueForAll(_model.Slots, slot => slot.IsWanted ? slot.IsReady : slot.Workers.Length == 0));
        Law.Holds(_model.Queue.Count == 0);
    }

    private void DrainAndResume()
    {
        Note("drain", 0);
        _model.Drained(_scheduler.Drain());
        Check();
        for (var i = 0; i < 30; i++)
            Step();
        Note("resume", 0);
        _model.Changed(workforce => workforce.Resumed(), _scheduler.Resume(_now), _now);
        Check();
    }

    private void DrainAndEnd()
    {
        for (var i = 0; i < 30; i++)
            Submit();
        Note("drain", 0);
        _model.Drained(_scheduler.Drain());
        Check();
        Submit();
        for (var i = 0; i < 5; i++)
            Pass();
        foreach (var worker in _model.Slots.SelectMany(slot => slot.Workers).ToArray())
            Exit(worker.Slot, worker.Generation, "killed", crashed: true);
        Advance(TimeSpan.FromDays(1));
        Tick();

        Law.Holds(_scheduler is { Queued: 0, Running: 0, HasDeadlines: false });
        Law.Holds(Array.TrueForAll(_model.Slots, slot => slot.Workers.Length == 0));
    }

    private void Submit() => Submit(Moment(_profile.LongestBudget));

    private void Submit(TimeSpan deadline)
    {
        var ticket = new WalkTicket(_numbers++)
        {
            Session = _random.Next(2) == 0 ? null : $"{_random.Next(6)}",
            QueueUntil = Moment(_profile.LongestBudget / 2),
            Deadline = deadline,
            Granted = deadline,
            MayWait = _random.Next(8) > 0,
            MayMove = _random.Next(2) == 0,
            RunLimit = _random.Next(4) == 0 ? _profile.LongestBudget / 4 : TimeSpan.MaxValue,
        };
        _recent.Enqueue(ticket);
        if (_recent.Count > Reach)
            _recent.Dequeue();
        Note("submit", ticket.Number);
        _model.Submitted(ticket, _scheduler.Submit(ticket, _now), _now);
        Check();
    }

    private void Complete(WalkTicket? ticket, bool succeeded)
    {
        if (ticket is null)
            return;
        Note(succeeded ? "answer" : "error", ticket.Number);
        _model.Completed(ticket, succeeded, _scheduler.Complete(ticket, succeeded, _now), _now);
        Check();
    }

    private void Resize(int size)
    {
        Note("resize", size);
        _model.Changed(workforce => workforce.Resized(size, _now), _scheduler.Resize(size, _now), _now);
        Check();
    }

    private void Move(int places)
    {
        Note("move", places);
        _model.Moved(places, _scheduler.MoveQueued(places));
        Check();
    }

    private void Cancel(WalkTicket? ticket)
    {
        if (ticket is null)
            return;
        Note("cancel", ticket.Number);
        _model.Cancelled(ticket, _scheduler.Cancel(ticket, _now), _now);
        Check();
    }

    /// <summary>Whatever the slot's process was to become.</summary>
    private void Start(WalkSlot slot)
    {
        var starting = slot.Successor ?? slot.Current;
        if (starting is { Life: Life.Starting } && _random.Next(100) < _profile.FailedStarts)
            Exit(slot, starting.Generation, "killed", crashed: true);
        else if (slot.Leaving is { Life: Life.Stopping } leaving && _random.Next(2) == 0)
            Exit(slot, leaving.Generation, failure: null, crashed: false);
        else
            Ready(slot, slot.Generation - (_random.Next(10) == 0 ? 1 : 0));
    }

    /// <summary>What makes a worker due, and what clears it or its sessions.</summary>
    private void Age(WalkSlot slot)
    {
        var generation = slot.Generation - _random.Next(2);
        switch (_random.Next(5))
        {
            case 0:
                Note("recycle", slot.Index);
                _model.Recycled(slot, generation, _scheduler.Recycle(slot.Index, generation, RecycleReason.Manual, _now), _now);
                break;
            case 1:
                Note("forget", slot.Index);
                _scheduler.Sessions.Forget($"{slot.Index}");
                _model.Forgotten($"{slot.Index}");
                break;
            case 2:
                Note("prove", slot.Index);
                _model.Proved(slot, generation, _scheduler.WorkerProved(slot.Index, generation, _now), _now);
                break;
            case 3:
                Note("refuse", slot.Index);
                _model.Refused(slot, generation, _scheduler.WorkerStoppedServing(slot.Index, generation, _now), _now);
                break;
            default:
                Note("measure", slot.Index);
                var bytes = _random.Next(1, 250);
                _model.Measured(slot, generation, bytes, _scheduler.WorkerMeasured(slot.Index, generation, bytes, _now), _now);
                break;
        }

        Check();
    }

    private void Ready(WalkSlot slot, int generation)
    {
        Note("ready", slot.Index);
        var capacity = _random.Next(1, _profile.LargestCapacity + 1);
        _model.Ready(slot, generation, capacity, _scheduler.WorkerReady(slot.Index, generation, capacity, _now), _now);
        Check();
    }

    private void Exit(WalkSlot slot, bool stale) => Exit(
        slot,
        stale || slot.Workers is [] ? slot.Generation - 3 : slot.Workers[_random.Next(slot.Workers.Length)].Generation,
        _random.Next(5) == 0 ? null : "killed",
        crashed: _random.Next(3) > 0);

    private void Exit(WalkSlot slot, int generation, string? failure, bool crashed)
    {
        Note($"exit {generation}", slot.Index);
        _model.Exited(
            slot, generation, failure, crashed, _scheduler.WorkerLinkClosed(slot.Index, generation, failure, _now, crashed), _now);
        Check();
    }

    /// <summary>Time passes, mostly little, seldom much; the tick may be late.</summary>
    private void Pass()
    {
        Advance(_random.Next(50) switch
        {
            0 => _random.NextDouble() * TimeSpan.FromSeconds(30),
            < 5 => _random.NextDouble() * TimeSpan.FromSeconds(1),
            _ => _random.NextDouble() * TimeSpan.FromMilliseconds(40),
        });
        if (_random.Next(4) > 0)
            Tick();
    }

    private void Tick()
    {
        Note("tick", 0);
        _model.Ticked(_scheduler.Tick(_now), _now);
        Check();
    }

    private void Advance(TimeSpan pause) => _now += pause;

    private void Check() => WalkLaws.Check(_scheduler, _model, _recent, _now);

    private WalkSlot AnySlot() => _model.Slots[_random.Next(_model.Slots.Length)];

    private WalkTicket? AnyTicket() => _recent.Count == 0 ? null : _recent.ElementAt(_random.Next(_recent.Count));

    /// <summary>A moment up to that far away, passed already, or never.</summary>
    private TimeSpan Moment(TimeSpan longest) => _random.Next(20) switch
    {
        0 => _now - TimeSpan.FromMilliseconds(_random.Next(100)),
        < 4 => TimeSpan.MaxValue,
        _ => _now + (_random.NextDouble() * longest),
    };

    private void Note(string fact, int subject) => _story.Note(fact, subject, _now);
}
