using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Snakepit.Core.Lifecycle;
using Snakepit.Core.Ports;
using Snakepit.Core.Processes;
using Snakepit.Identity;
using Snakepit.Workers.Output;

namespace Snakepit.Workers.Processes;

/// <summary>The operating system's side of a worker: one process, its three streams, its end.</summary>
internal sealed class WorkerProcess
{
    /// <summary>The count is the group's, so its kills are shared out among all workers of this host.</summary>
    private static readonly KillLedger Kills = new();

    /// <summary>
    /// How long its last output may take to be read. Normally the pipes end with it; a process of a tool that has left the worker's group
    /// can hold them open.
    /// </summary>
    private static readonly TimeSpan LastOutput = TimeSpan.FromSeconds(1);

    private readonly Process _process;
    private readonly WorkerOutput _output;
    private readonly Stream _input;
    private readonly Task<string?> _ready;
    private readonly Task _pump;
    private readonly long _outOfMemoryKills = MemoryEvents.OutOfMemoryKills();
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _gate = new();
    private string? _killReason;
    private string? _stopReason;
    private bool _over;

    private WorkerProcess(Process process, WorkerOutput output)
    {
        _process = process;
        _output = output;
        Pid = process.Id;
        // Read from the start: the line of a worker that could not serve is there even if its process has gone meanwhile.
        _input = process.StandardInput.BaseStream;
        _ready = ReadyLine.ReadAsync(process.StandardOutput.BaseStream, CancellationToken.None);
        _pump = output.PumpAsync(process.StandardError.BaseStream);
        Released = WaitAsync();
    }

    public int Pid { get; }

    /// <summary>
    /// Ends when the process is gone and its exit status is known: what is asked of it from then on does nothing. Comes before
    /// <see cref="Released"/>. Never faults.
    /// </summary>
    public Task Exited => _exited.Task;

    /// <summary>Ends when its last output has been read and its descriptors are given back, or soon after its exit. Never faults.</summary>
    public Task<WorkerExit> Released { get; }

    /// <summary>
    /// It has been killed, or is being taken apart: what its sockets say is the kernel's word and not its own. The kernel closes
    /// them first and may need its time until <see cref="Exited"/>, with the memory of a GPU for example.
    /// </summary>
    public bool IsEnding
    {
        get
        {
            lock (_gate)
                return _over
                    || _killReason is not null
                    || _process.HasExited
                    || (OperatingSystem.IsLinux() && ProcStat.Read(Pid) is { IsExiting: true });
        }
    }

    public IReadOnlyList<string> OutputTail => _output.Tail;

    public OutputHistory OutputHistory => _output.History;

    public OutputCounts OutputCounts => _output.Counts;

    /// <exception cref="System.ComponentModel.Win32Exception">The interpreter cannot be executed.</exception>
    public static async Task<WorkerProcess> StartAsync(ProcessStartInfo start, WorkerId worker, OutputLimits output, ILogger logger)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        var process = await SpawnThread.Instance.StartAsync(start).ConfigureAwait(false);
        ProcessLog.Started(logger, worker, process.Id);
        return new WorkerProcess(process, new WorkerOutput(logger, worker, output));
    }

    /// <summary>Writes the first and only line to stdin, which then stays open: its end tells the worker that the silo is gone.</summary>
    /// <exception cref="IOException">It does not listen.</exception>
    public async Task IntroduceAsync(string line, CancellationToken cancellationToken)
    {
        try
        {
            await _input.WriteAsync(Encoding.UTF8.GetBytes($"{line}\n"), cancellationToken).ConfigureAwait(false);
        }
        catch (ObjectDisposedException error)
        {
            throw new IOException("The process has ended.", error);
        }
    }

    /// <summary>The one line on stdout, or null when the process ended without it.</summary>
    public Task<string?> ReadyLineAsync(CancellationToken cancellationToken) => _ready.WaitAsync(cancellationToken);

    /// <summary>Asks the process to leave, and kills it with its group when it has not within the grace time.</summary>
    /// <param name="grace">How long it has.</param>
    /// <param name="reason">Why it is asked to.</param>
    public async Task StopAsync(TimeSpan grace, string reason)
    {
        WhileItLives(() =>
        {
            _stopReason = reason;
            Posix.TrySignal(Pid, Posix.SigTerm);
        });
        var ended = await Task.WhenAny(Exited, Task.Delay(grace)).ConfigureAwait(false) == Exited;
        if (!ended)
            Kill($"it did not leave within {grace.TotalSeconds:0.#} s (GracefulShutdownTimeout) of being asked to: {reason}");
        await Released.ConfigureAwait(false);
    }

    /// <summary>False when it had ended already.</summary>
    public bool Kill(string reason) => WhileItLives(() =>
    {
        _killReason ??= reason;
        // The worker leads its own group; before its first line ran there is only the process.
        if (!Posix.TrySignalGroup(Pid, Posix.SigKill))
            Posix.TrySignal(Pid, Posix.SigKill);
    });

    /// <summary>Makes it write the stacks of its threads to its output.</summary>
    public void DumpStacks() => WhileItLives(() => Posix.TrySignal(Pid, Posix.SigUsr2));

    /// <summary>Makes it write them to a file of its own. False when it has ended or has no such file.</summary>
    public bool TryAskForStacks(StackFile file)
    {
        var isAsked = false;
        // The signal ends a process that has no handler for it, so it goes only to one that has made the file.
        return WhileItLives(() => isAsked = file.TryEmpty() && Posix.TrySignal(Pid, Posix.SigRtMax)) && isAsked;
    }

    /// <summary>False when it has ended: a reason that comes then is not why, and its number may be another process' by now.</summary>
    private bool WhileItLives(Action act)
    {
        lock (_gate)
        {
            if (_over || _process.HasExited)
                return false;
            act();
            return true;
        }
    }

    private async Task<WorkerExit> WaitAsync()
    {
        await _process.WaitForExitAsync().ConfigureAwait(false);
        var code = _process.ExitCode;
        lock (_gate)
            _over = true; // from here on the reasons do not change
        _exited.SetResult();
        // Children that outlive the worker, such as subprocesses of a tool, go with it.
        Posix.TrySignalGroup(Pid, Posix.SigKill);
        var closed = CloseAsync();
        await Task.WhenAny(closed, Task.Delay(LastOutput)).ConfigureAwait(false);
        var facts = new ExitFacts
        {
            Code = code,
            StopReason = _stopReason,
            KillReason = _killReason,
            MemoryRanOut = code == 128 + Posix.SigKill && _killReason is null && TakeOutOfMemoryKill(),
            Traceback = OutputTail.Any(line => line.StartsWith("Traceback (most recent call last)", StringComparison.Ordinal)),
        };
        var kind = ExitRule.Classify(facts);
        var signal = ExitRule.Signal(code);
        var how = signal is { } number ? $"ended by {Posix.SignalName(number)}" : $"exited with code {code}";
        if (ExitRule.Explain(facts) is { } why)
            how = $"{how}, {why}";
        var exit = new WorkerExit(code, signal, facts.StopReason is not null, how) { Kind = kind, Output = OutputTail };
        OutputHistory.End(how);
        return exit;
    }

    private bool TakeOutOfMemoryKill()
    {
        lock (Kills)
            return Kills.TryTake(_outOfMemoryKills, MemoryEvents.OutOfMemoryKills());
    }

    /// <summary>
    /// Gives the descriptors back at once: those that wait for the garbage collector add up while workers die as fast as
    /// they start. What is still being read is closed when its reader has come to the end.
    /// </summary>
    private async Task CloseAsync()
    {
        await _input.DisposeAsync().ConfigureAwait(false);
        await Task.WhenAll(
            CloseAfterAsync(_ready, _process.StandardOutput), CloseAfterAsync(_pump, _process.StandardError)).ConfigureAwait(false);
        lock (_gate)
            _process.Dispose();

        static async Task CloseAfterAsync(Task reading, StreamReader stream)
        {
            await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stream.Dispose();
        }
    }
}
