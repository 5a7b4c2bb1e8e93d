using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Snakepit.TestKit;
using Snakepit.Workers.Python;

namespace Snakepit.Workers.Tests.Python;

[SupportedOSPlatform("linux")]
public sealed class PythonLocatorTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("snakepit-python-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_named_interpreter_that_does_not_exist_is_refused()
    {
        var error = await RefusedAsync("/nowhere/python3");

        Assert.Contains("'/nowhere/python3' cannot be executed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_interpreter_that_is_too_old_is_refused_with_its_version()
    {
        var error = await RefusedAsync(Script("""echo '{"path": "/opt/python3.9", "version": [3, 9, 18], "missing": []}'"""));

        Assert.Contains("Python 3.9.18 at '/opt/python3.9' is too old: 3.10 or newer is needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_named_interpreter_without_the_packages_is_refused_with_the_command_to_run()
    {
        var python = Script("""echo '{"path": "/opt/python3.12", "version": [3, 12, 1], "missing": ["grpcio", "protobuf"]}'""");

        var error = await RefusedAsync(python);

        Assert.Contains("lacks grpcio and protobuf", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{python} -m pip install grpcio protobuf", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("echo hello")]
    [InlineData("exit 7")]
    [InlineData("echo '{}'")]
    [InlineData("echo '[]'")]
    [InlineData("echo '{\"path\": 1, \"version\": [\"three\"]}'")]
    [InlineData("echo '{\"path\": \"p\", \"version\": [-3, 1, 1], \"missing\": []}'")]
    public async Task What_is_no_python_is_refused(string body)
    {
        var error = await RefusedAsync(Script(body));

        Assert.Contains("no", error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.FullName, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interpreter_is_asked_without_the_silos_secrets()
    {
        const string Secret = "LOCATOR_TESTS_PASSWORD";
        Environment.SetEnvironmentVariable(Secret, "hidden");
        try
        {
            var error = await RefusedAsync(Script($"echo \"[${Secret}]\" >&2; exit 1"));

            Assert.Contains("[]", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Secret, null);
        }
    }

    [Fact]
    public async Task A_refused_interpreter_is_asked_again_once_it_has_been_mended()
    {
        using var locator = new PythonLocator(NullLogger<PythonLocator>.Instance);
        var python = Script("exit 1");
        await Assert.ThrowsAsync<PythonNotFoundException>(() => locator.FindAsync(python, CancellationToken.None));

        Script("""echo '{"path": "/opt/python3.12", "version": [3, 12, 1], "missing": []}'""");

        Assert.Equal(new Version(3, 12, 1), (await locator.FindAsync(python, CancellationToken.None)).Version);
    }

    [Fact]
    public async Task A_wrapper_is_what_is_started()
    {
        using var locator = new PythonLocator(NullLogger<PythonLocator>.Instance);
        var wrapper = Script("""exec /usr/bin/python3 "$@" """);

        var found = await locator.FindAsync(wrapper, CancellationToken.None);

        Assert.Equal(wrapper, found.Path);
        Assert.NotEqual(wrapper, found.Executable);
    }

    [Fact]
    public async Task A_wrapper_that_does_not_become_python_is_refused_with_the_remedy()
    {
        var error = await RefusedAsync(Script("""/usr/bin/python3 "$@"; exit $?"""));

        Assert.Contains("starts Python as a process beside it", error.Message, StringComparison.Ordinal);
        Assert.Contains("put 'exec' in front of its last command", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_an_interpreter_that_hangs()
    {
        var asked = Path.Combine(_folder.FullName, "asked");
        var locator = new PythonLocator(NullLogger<PythonLocator>.Instance);
        using var stop = new CancellationTokenSource();
        var finding = locator.FindAsync(Script($"echo $$ > {asked}.new; mv {asked}.new {asked}; exec sleep 1000"), stop.Token);
        await Eventually.HoldsAsync(() => File.Exists(asked));
        var pid = (await File.ReadAllTextAsync(asked)).Trim();

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding.WithinAsync(TimeSpan.FromSeconds(20)));
        locator.Dispose();

        await Eventually.HoldsAsync(() => !Directory.Exists($"/proc/{pid}"), what: "the interpreter that hung is gone");
    }

    private static async Task<PythonNotFoundException> RefusedAsync(string path)
    {
        using var locator = new PythonLocator(NullLogger<PythonLocator>.Instance);
        return await Assert.ThrowsAsync<PythonNotFoundException>(() => locator.FindAsync(path, CancellationToken.None));
    }

    private string Script(string body) => ShellScript.Write(Path.Combine(_folder.FullName, "python3"), body);
}
