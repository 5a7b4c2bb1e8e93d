using Snakepit.Core.Scheduling;

namespace Snakepit.Core.Tests.Scheduling;

/// <summary>Ten times more calls than workers can do, in moved time.</summary>
public sealed class OverloadTests
{
    private static readonly TimeSpan Service = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Budget = TimeSpan.FromMilliseconds(800);

    [Fact]
    public void Under_tenfold_overload_workers_finish_what_they_begin()
    {
        var run = new Run(workers: 4);

        run.Drive(TimeSpan.FromSeconds(20), callsPerSecond: 2000);

        Assert.True(
            run.InTime >= 0.9 * 20 * 200, $"{run.InTime} of {20 * 200} possible calls ended in time, {run.Overdue} were begun in vain");
        Assert.True(run.Overdue <= run.InTime / 50, $"{run.Overdue} were begun in vain");
    }

    [Fact]
    public void A_call_that_cannot_end_in_time_expires_instead_of_starting()
    {
        var run = new Run(workers: 1);
        run.Drive(TimeSpan.FromSeconds(2), callsPerSecond: 20); // it learns that a call takes 20 ms

        var expired = run.SubmitBehindAnother(remainingAtDispatch: TimeSpan.FromMilliseconds(5));

        Assert.Equal(DecisionKind.Expire, expired);
    }

    private sealed class Run
    {
        private readonly PoolScheduler _scheduler;
        private readonly PriorityQueue<Ticket, TimeSpan> _working = new();
        private TimeSpan _now = TimeSpan.FromMilliseconds(1);

        public Run(int workers)
        {
            _scheduler = new PoolScheduler(new SchedulerSpec { Size = workers, QueueLimit = 1000 }, static () => 0.5);
            foreach (var start in _scheduler.Tick(_now).ToArray())
                _scheduler.WorkerReady(start.Slot!.Index, start.Generation, 1, _now);
        }

        public int InTime { get; private set; }

        public int Overdue { get; private set; }

        public void Drive(TimeSpan duration, int callsPerSecond)
        {
            var (end, pause, tick) = (_now + duration, TimeSpan.FromSeconds(1.0 / callsPerSecond), _now);
            for (var next = _now; next < end; next += pause)
            {
                CompleteUntil(next);
                _now = next;
                if (_now >= tick)
                {
                    Take(_scheduler.Tick(_now));
                    tick = _now + TimeSpan.FromMilliseconds(25);
                }

                Take(_scheduler.Submit(New(Budget), _now));
            }
        }

        public DecisionKind SubmitBehindAnother(TimeSpan remainingAtDispatch)
        {
            CompleteUntil(TimeSpan.MaxValue);
            Take(_scheduler.Submit(New(Budget), _now));
            Take(_scheduler.Submit(New(Service + remainingAtDispatch), _now));
            var first = _working.Dequeue();
            _now = first.DispatchedAt + Service;
            return _scheduler.Complete(first, true, _now).ToArray().Single().Kind;
        }

        private Ticket New(TimeSpan budget) => new() { Kind = "tool", QueueUntil = _now + budget, Deadline = _now + budget };

        private void CompleteUntil(TimeSpan moment)
        {
            while (_working.TryPeek(out var ticket, out var done) && done <= moment)
            {
                _working.Dequeue();
                _now = done;
                if (ticket.Deadline >= done)
                    InTime++;
                Take(_scheduler.Complete(ticket, true, _now));
            }
        }

        private void Take(ReadOnlySpan<Decision> decisions)
        {
            foreach (var decision in decisions)
            {
                if (decision.Kind == DecisionKind.Dispatch)
                    _working.Enqueue(decision.Ticket!, _now + Service);
                if (decision.Kind == DecisionKind.Overdue)
                    Overdue++;
            }
        }
    }
}
