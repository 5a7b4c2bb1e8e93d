using Microsoft.Extensions.Logging;
using Snakepit.Core.Lifecycle;
using Snakepit.Core.Options;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Timeouts;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>Takes the pulse of a shard's workers: pings them, looks at their processes, and kills who is lost.</summary>
internal sealed class HeartWatch
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly HeartbeatSpec _spec;
    private readonly bool _dependent;
    private readonly ShardClock _clock;
    private readonly PoolScheduler _scheduler;
    private readonly ShardTasks _tasks;
    private readonly ILogger _logger;
    private readonly Decided _decided;
    private readonly StallDetector _stalls;
    private readonly Dictionary<(int Slot, int Generation), Patient> _patients = [];
    private readonly List<(Patient Patient, HeartbeatStep Step)> _steps = [];
    private TimeSpan _lookAt;
    private bool _looking;

    public HeartWatch(SnakepitOptions options, PoolOptions pool, ShardClock clock, PoolScheduler scheduler, ShardTasks tasks, ILogger logger, Decided decided)
    {
        _spec = HeartbeatOptions.Spec(pool.Heartbeat, options.Heartbeat, options.Plan(pool).HealthCheckTimeout.Value);
        _dependent = HeartbeatOptions.IsDependent(pool.Heartbeat, options.Heartbeat);
        _clock = clock;
        _scheduler = scheduler;
        _tasks = tasks;
        _logger = logger;
        _decided = decided;
        _stalls = new StallDetector(_spec.StallLimit);
    }

    public void Watch(SlotWorker placed, IWorker worker, WorkerId id) =>
        _patients[(placed.Slot.Index, placed.Generation)] = new Patient(id, worker, placed, new Heartbeat(_spec, _clock.Now));

    public void Forget(int slot, int generation) => _patients.Remove((slot, generation));

    public void Tick()
    {
        var now = _clock.Now;
        if (_stalls.Tick(now) is { } gap && _patients.Count > 0)
        {
            PoolLog.Stalled(_logger, _patients.Values.First().Id.Slot.Shard, gap.TotalSeconds);
            foreach (var patient in _patients.Values)
                patient.Heart.HostStalled(now);
        }

        if (now >= _lookAt && !_looking && _patients.Count > 0)
            _tasks.Own(LookAsync());
        if (!_spec.Enabled)
            return;
        foreach (var patient in _patients.Values)
        {
            if (patient.Heart.Next(now, patient.Signs) is var step and not HeartbeatStep.Nothing)
                _steps.Add((patient, step));
        }

        // Afterwards, because a killed worker is forgotten on the spot.
        foreach (var (patient, step) in _steps)
            Follow(patient, step, now);
        _steps.Clear();
    }

    private void Follow(Patient patient, HeartbeatStep step, TimeSpan now)
    {
        switch (step)
        {
            case HeartbeatStep.Ping:
                _tasks.Own(PingAsync(patient));
                break;
            case HeartbeatStep.Warn:
                PoolLog.WorkerSilent(_logger, patient.Id, patient.Worker.Facts.Pid, _spec.WarnAfter.TotalSeconds);
                break;
            case HeartbeatStep.Lose:
                PoolLog.WorkerLost(_logger, patient.Id, patient.Worker.Facts.Pid, patient.Heart.Missed, _spec.MaxMissed, patient.Heart.Silence(now).TotalSeconds, _dependent ? "it is killed and replaced" : "it is kept, because Heartbeat:Dependent is false");
                if (_dependent)
                    patient.Worker.Kill($"it missed {patient.Heart.Missed} heartbeats (Heartbeat:MaxMissed is {_spec.MaxMissed}) and has been silent for {patient.Heart.Silence(now).TotalSeconds:0.#} s");
                break;
            case HeartbeatStep.Nothing:
            default:
                throw new InvalidOperationException($"Not a step to follow: {step}.");
        }
    }

    private async Task PingAsync(Patient patient)
    {
        if (await patient.Worker.PingAsync(_spec.Timeout) is null)
            return; // the heart itself counts
        if (patient.Heart.Answered(_clock.Now))
            PoolLog.WorkerAnswersAgain(_logger, patient.Id, patient.Worker.Facts.Pid);
        _decided(_scheduler.WorkerProved(patient.Placed.Slot.Index, patient.Placed.Generation, _clock.Now));
    }

    /// <summary>Reads the host's process table outside of the shard's turns; what comes back is a turn again.</summary>
    private async Task LookAsync()
    {
        _looking = true;
        try
        {
            foreach (var patient in _patients.Values.ToArray())
            {
                if (await patient.Worker.LookAsync() is not { } view)
                    continue;
                patient.View = view;
                _decided(_scheduler.WorkerMeasured(patient.Placed.Slot.Index, patient.Placed.Generation, view.RssBytes, _clock.Now));
            }
        }
        finally
        {
            _lookAt = _clock.Now + LookPeriod;
            _looking = false;
        }
    }

    private sealed class Patient(WorkerId id, IWorker worker, SlotWorker placed, Heartbeat heart)
    {
        public WorkerId Id => id;

        public IWorker Worker => worker;

        public SlotWorker Placed => placed;

        public Heartbeat Heart => heart;

        public ProcessView? View { get; set; }

        public WorkerSigns Signs() => new(View?.Stopped ?? false, View?.CpuTime ?? TimeSpan.Zero, placed.BusyUntil);
    }
}
