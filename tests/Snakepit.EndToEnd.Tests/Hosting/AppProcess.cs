using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Snakepit.EndToEnd.Tests.Hosting;

/// <summary>One of our executables as a process, with its output kept for failure texts.</summary>
internal sealed class AppProcess : IDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(10);
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(5) };

    private readonly string _name;
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private AppProcess(string name, Process process)
    {
        _name = name;
        _process = process;
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output) // written by the two reader threads
                return $"--- output of {_name} ---{Environment.NewLine}{_output}";
        }
    }

    public static AppProcess Start(string name, string executable, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(executable, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = Repository.Root };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;
        return new AppProcess(name, Process.Start(start)!);
    }

    public Task WaitUntilReadyAsync(Uri health) => Poll.UntilAsync($"{_name} answers {health}", ReadyLimit, async () =>
    {
        if (_process.HasExited)
            throw new InvalidOperationException($"{_name} ended with exit code {_process.ExitCode} before it was ready.{Environment.NewLine}{Output}");
        try
        {
            using var response = await Http.GetAsync(health);
            return response.IsSuccessStatusCode ? null : $"status {(int)response.StatusCode}";
        }
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return error.Message;
        }
    }, () => Output);

    /// <summary>Kills this process only; what it started must notice by itself.</summary>
    public void Kill()
    {
        if (_process.HasExited)
            return;
        _process.Kill();
        if (!_process.WaitForExit(ExitLimit))
            throw new TimeoutException($"{_name} was killed and did not end within {ExitLimit.TotalSeconds} s.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_output)
            _output.AppendLine(line.Data);
    }
}
