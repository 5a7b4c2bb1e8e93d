using Snakepit.Core.Lifecycle;
using Snakepit.Core.Ports;
using Snakepit.Core.Scheduling;
using Snakepit.Core.Telemetry;
using Snakepit.Grains.Shards.Engine;
using Snakepit.Identity;

namespace Snakepit.Grains.Shards.Workers;

/// <summary>Takes the pulse of a shard's workers: pings them, looks at their processes, and kills workers that are lost.</summary>
internal sealed class HeartWatch(ShardCore core)
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    private readonly HeartbeatSpec _spec = core.Settings.Heartbeat;
    private readonly StallDetector _stalls = new(core.Settings.Heartbeat.StallLimit);
    private readonly Dictionary<(int Slot, int Generation), Patient> _patients = [];
    private readonly List<(Patient Patient, HeartbeatStep Step)> _steps = [];
    private TimeSpan _lookAt;
    private bool _looking;

    public void Watch(SlotWorker placed, IWorker worker)
    {
        var (slot, generation) = (placed.Slot.Index, placed.Generation);
        _patients[(slot, generation)] = new Patient(core, worker, placed, new Heartbeat(_spec, core.Now));
    }

    public void Forget(int slot, int generation) => _patients.Remove((slot, generation));

    public void Tick()
    {
        var now = core.Now;
        if (_stalls.Tick(now) is { } gap && _patients.Count > 0)
        {
            PoolLog.Stalled(core.Services.Logger, core.Place.Id, gap.TotalSeconds);
            foreach (var patient in _patients.Values)
                patient.Heart.HostStalled(now);
        }

        if (now >= _lookAt && !_looking && _patients.Count > 0)
            core.Tasks.Own(LookAsync());
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
        var pid = patient.Worker.Facts.Pid;
        switch (step)
        {
            case HeartbeatStep.Ping:
                core.Tasks.Own(PingAsync(patient));
                break;
            case HeartbeatStep.Warn:
                PoolLog.WorkerSilent(core.Services.Logger, patient.Id, pid, _spec.WarnAfter.TotalSeconds);
                break;
            case HeartbeatStep.Lose:
                Lose(patient, pid, patient.Heart.Silence(now).TotalSeconds);
                break;
            case HeartbeatStep.Nothing:
            default:
                throw new InvalidOperationException($"Not a step to follow: {step}.");
        }
    }

    private void Lose(Patient patient, int pid, double silence)
    {
        var missed = patient.Heart.Missed;
        var kills = core.Settings.KillsLostWorkers;
        var consequence = kills ? "it is killed and replaced" : "it is kept, because Heartbeat:Dependent is false";
        PoolLog.WorkerLost(core.Services.Logger, patient.Id, pid, missed, _spec.MaxMissed, silence, consequence);
        if (!kills)
            return;
        patient.Worker.Kill(
            $"it missed {missed} heartbeats (Heartbeat:MaxMissed is {_spec.MaxMissed}) and has been silent for {silence:0.#} s");
    }

    private async Task PingAsync(Patient patient)
    {
        var asked = core.Now;
        var answered = await patient.Worker.PingAsync(_spec.Timeout);
        if (answered || _patients.ContainsKey((patient.Placed.Slot.Index, patient.Placed.Generation))) // else it has ended meanwhile
            core.Place.Observer.Happened(new WorkerPinged(patient.Id, answered ? core.Now - asked : null));
        if (!answered)
            return; // the heart itself counts
        if (patient.Heart.Answered(core.Now))
            PoolLog.WorkerAnswersAgain(core.Services.Logger, patient.Id, patient.Worker.Facts.Pid);
        core.Engine.Apply(core.Scheduler.WorkerProved(patient.Placed.Slot.Index, patient.Placed.Generation, core.Now));
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
                var (slot, generation) = (patient.Placed.Slot.Index, patient.Placed.Generation);
                core.Engine.Apply(core.Scheduler.WorkerMeasured(slot, generation, view.RssBytes, core.Now));
            }
        }
        finally
        {
            _lookAt = core.Now + LookPeriod;
            _looking = false;
        }
    }

    private sealed class Patient(ShardCore core, IWorker worker, SlotWorker placed, Heartbeat heart)
    {
        public WorkerId Id { get; } = core.Worker(placed.Slot.Index, placed.Generation);

        public IWorker Worker => worker;

        public SlotWorker Placed => placed;

        public Heartbeat Heart => heart;

        public ProcessView? View { get; set; }

        public WorkerSigns Signs() => new(
            View?.Stopped ?? false,
            View?.CpuTime ?? TimeSpan.Zero,
            placed.BusyUntil,
            worker.ProgressedAt is not 0 and var at ? core.Now - core.Clock.Since(at) : null);
    }
}
