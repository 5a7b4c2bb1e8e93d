using System.ComponentModel;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Snakepit.Launcher;

/// <summary>
/// A program as a child process of this one: keeps its output, waits until it is ready, asks it to stop or kills it. Used for silos and
/// frontends by chaos runs, benchmarks and tests. Thread-safe.
/// </summary>
public sealed class ChildProgram : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>
    /// How long after its end the rest of its output is waited for. A descendant that has inherited the output may keep it open for ever.
    /// </summary>
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(3);

    /// <summary>How long one question whether it is ready may take. The next one may find a server that answers.</summary>
    private static readonly TimeSpan QuestionLimit = TimeSpan.FromSeconds(5);

    /// <summary>How long a killed process may take to end; the system may have it wait for a disk.</summary>
    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ProgramStart _start;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ChildProgram(ProgramStart start, Process process)
    {
        _start = start;
        _process = process;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.Exited += (_, _) => _ended.TrySetResult();
        process.EnableRaisingEvents = true; // raises it also for a process that has ended already
    }

    /// <summary>Process id.</summary>
    public int Pid => _process.Id;

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code; 128 + N after signal N.</summary>
    /// <exception cref="InvalidOperationException">It has not ended.</exception>
    public int ExitCode => _process.ExitCode;

    /// <summary>What it has written to both of its outputs so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) // two threads of the process class write it
                return _output.ToString();
        }
    }

    /// <summary>Starts the program.</summary>
    /// <exception cref="Win32Exception">It cannot be executed.</exception>
    public static ChildProgram Start(ProgramStart start)
    {
        var info = new ProcessStartInfo(start.Executable, start.Arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = start.Folder ?? "",
        };
        foreach (var (name, value) in start.Environment)
            info.Environment[name] = value;
        return new ChildProgram(start, Process.Start(info)!);
    }

    /// <summary>Waits until an address answers with success.</summary>
    /// <exception cref="InvalidOperationException">The program has ended instead.</exception>
    /// <exception cref="TimeoutException">It was not ready within the limit; the message has its output.</exception>
    public async Task WaitUntilReadyAsync(HttpClient http, Uri address, TimeSpan limit, CancellationToken cancellationToken = default)
    {
        var began = Stopwatch.GetTimestamp();
        string? seen;
        while ((seen = await LookAsync(http, address, Question(limit, began), cancellationToken).ConfigureAwait(false)) is not null)
        {
            if (HasExited)
                throw new InvalidOperationException($"{_start.Name} ended with code {ExitCode} before it was ready.\n{Output}");
            if (Stopwatch.GetElapsedTime(began) > limit)
                throw new TimeoutException($"{_start.Name} was not ready at {address} within {limit.TotalSeconds:0} s ({seen}).\n{Output}");
            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Asks it to leave, as an operator does (SIGTERM), and waits for its end.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It did not end within the limit; the message has its output.</exception>
    public Task<int> StopAsync(TimeSpan limit)
    {
        Signal(Signals.Terminate);
        return WaitForExitAsync(limit);
    }

    /// <summary>Waits for its end, and at most 3 s longer for the rest of its output.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="TimeoutException">It did not end within the limit; the message has its output.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        try
        {
            await EndAsync(limit).ConfigureAwait(false);
            return ExitCode;
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{_start.Name} did not end within {limit.TotalSeconds:0} s.\n{Output}");
        }
    }

    /// <summary>Sends a signal (see <see cref="Signals"/>); nothing happens when the process has ended.</summary>
    public void Signal(int signal)
    {
        if (!HasExited)
            Signals.Send(Pid, signal);
    }

    /// <summary>Kills this process alone; what it has started must notice by itself.</summary>
    public void Kill()
    {
        if (!HasExited)
            _process.Kill();
    }

    /// <summary>Kills this process and everything that it has started, and waits for nothing.</summary>
    public void KillAll()
    {
        if (!HasExited)
            _process.Kill(entireProcessTree: true);
    }

    /// <summary>Asks it to stop, kills it and all that it has started when it does not, and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        Signal(Signals.Continue); // a stopped process would not hear of its end
        Signal(Signals.Terminate);
        try
        {
            await EndAsync(_start.StopLimit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            _process.Kill(entireProcessTree: true);
            // A process that does not even end then is left to the system.
            await EndAsync(KillLimit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _process.Dispose();
    }

    /// <exception cref="TimeoutException">It did not end within the limit.</exception>
    private async Task EndAsync(TimeSpan limit)
    {
        await _ended.Task.WaitAsync(limit).ConfigureAwait(false);
        using var rest = new CancellationTokenSource(OutputLimit);
        await _process.WaitForExitAsync(rest.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Limit of one question: no longer than what is left of the whole.</summary>
    private static TimeSpan Question(TimeSpan limit, long began)
    {
        var left = limit - Stopwatch.GetElapsedTime(began);
        return left > QuestionLimit ? QuestionLimit : left > Pause ? left : Pause;
    }

    /// <summary>Null when the address answers with success, else what was seen.</summary>
    private static async Task<string?> LookAsync(HttpClient http, Uri address, TimeSpan limit, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(limit);
        try
        {
            using var response = await http.GetAsync(address, end.Token).ConfigureAwait(false);
            return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (Exception error) when (error is HttpRequestException or SocketException) // the latter from a server that ends in that moment
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer within {limit.TotalSeconds:0.##} s";
        }
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
        _start.OnLine?.Invoke(line);
    }
}
