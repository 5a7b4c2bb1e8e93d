using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.Versioning;
using Snakepit.TestKit;
using Snakepit.Workers.Python.Setup;

namespace Snakepit.Workers.Tests.Python.Setup;

/// <summary>Environments for adapters, made by pip from a folder of packages, so that no test needs a network.</summary>
[SupportedOSPlatform("linux")]
public sealed class AdapterSetupTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("snakepit-setup-").FullName;
    private readonly List<string> _said = [];

    private string Wheels => Directory.CreateDirectory(Path.Combine(_folder, "wheels")).FullName;

    private string Adapter => Directory.CreateDirectory(Path.Combine(_folder, "adapter")).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_folder_asks_for_is_installed_once_and_a_failure_is_one_sentence_that_a_second_run_mends()
    {
        Write("requirements.txt", "snakepit-test-thing==1.0\n");

        var missing = await Assert.ThrowsAsync<AdapterSetupException>(() => SetUpAsync());
        MakeWheel("1.0");
        var made = await SetUpAsync();
        _said.Clear();
        var again = await SetUpAsync();

        Assert.Matches(
            "^What .*requirements.txt asks for could not be installed: .*snakepit-test-thing.* With --no-index only ", missing.Message);
        Assert.DoesNotContain('\n', missing.Message);
        Assert.Equal((false, true), (made.WasReady, again.WasReady));
        Assert.Empty(_said);
        Assert.Equal("1.0", await AskAsync(made.Python.Path, "import snakepit_test_thing as t; print(t.VERSION)"));
        Assert.Equal("True", await AskAsync(made.Python.Path, "import grpc, google.protobuf, sys; print(sys.prefix != sys.base_prefix)"));

        // The project file counts before the requirements, and what has changed is installed into the same environment.
        MakeWheel("2.0");
        Write("pyproject.toml", "[project]\nname = 'x'\nversion = '1'\ndependencies = ['snakepit-test-thing>=2']\n");
        Assert.False((await SetUpAsync()).WasReady);
        Assert.Equal("2.0", await AskAsync(made.Python.Path, "import snakepit_test_thing as t; print(t.VERSION)"));
    }

    [Fact]
    public async Task A_folder_that_asks_for_nothing_is_one_sentence()
    {
        var empty = await Assert.ThrowsAsync<AdapterSetupException>(() => SetUpAsync());

        Assert.Contains("has no requirements.txt, no uv.lock with its pyproject.toml, and no", empty.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_lock_counts_first_where_uv_can_read_it()
    {
        Assert.Null(AdapterNeeds.Find(Adapter, hasUv: true));
        Write("requirements.txt", "");
        Assert.Equal(NeedsFile.Requirements, AdapterNeeds.Find(Adapter, hasUv: true)!.File);
        Write("uv.lock", "");
        Assert.Equal(NeedsFile.Requirements, AdapterNeeds.Find(Adapter, hasUv: true)!.File);
        Write("pyproject.toml", "[project]\nname = 'x'\n");
        Assert.Equal(NeedsFile.Lock, AdapterNeeds.Find(Adapter, hasUv: true)!.File);
        Assert.Equal(NeedsFile.Project, AdapterNeeds.Find(Adapter, hasUv: false)!.File);
    }

    [Fact]
    public void A_project_file_for_tools_alone_does_not_hide_the_requirements()
    {
        Write("pyproject.toml", "[tool.ruff]\nline-length = 100\n");
        Assert.Null(AdapterNeeds.Find(Adapter, hasUv: false));
        Write("requirements.txt", "");
        Assert.Equal(NeedsFile.Requirements, AdapterNeeds.Find(Adapter, hasUv: false)!.File);
        File.Delete(Path.Combine(Adapter, "requirements.txt"));
        Write("pyproject.toml", "[build-system]\nrequires = ['setuptools']\n");
        Assert.Equal(NeedsFile.Project, AdapterNeeds.Find(Adapter, hasUv: false)!.File);
    }

    [Theory]
    [InlineData(true, "requirements.txt", "# -r x\na==1 \\\n    --hash=sha256:12\nb>=2; python_version < '4'  # via ./x\n")]
    [InlineData(false, "requirements.txt", "a==1\n-r more.txt\n")]
    [InlineData(false, "requirements.txt", "-c limits.txt\na\n")]
    [InlineData(false, "requirements.txt", "./lib\n")]
    [InlineData(false, "requirements.txt", "lib @ file:lib.whl\n")]
    [InlineData(false, "requirements.txt", "x @ git+https://host/x\n")]
    [InlineData(true, "pyproject.toml", "[project]\nname = 'x'\ndependencies = ['a>=1']\n")]
    [InlineData(false, "pyproject.toml", "[project]\nname = 'x'\ndynamic = ['dependencies']\n")]
    [InlineData(false, "pyproject.toml", "[build-system]\nrequires = ['setuptools']\n")]
    public void Only_a_file_that_names_nothing_beside_itself_shows_that_nothing_has_changed(bool isAlone, string name, string text)
    {
        Write(name, text);

        Assert.Equal(isAlone, AdapterNeeds.Find(Adapter, hasUv: false)!.IsSelfContained);
    }

    [Fact]
    public async Task A_folder_that_setup_has_not_made_stays_as_it_is_and_so_does_an_environment_that_does_not_answer()
    {
        Write("requirements.txt", "");
        var mine = ShellScript.Write(
            Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "venv", "bin")).FullName, "python"), "exit 3");

        var foreign = await Assert.ThrowsAsync<AdapterSetupException>(() => SetUpAsync());
        File.WriteAllText(Path.Combine(_folder, "venv", "pyvenv.cfg"), "home = /usr/bin\n");
        var silent = await Assert.ThrowsAsync<AdapterSetupException>(() => SetUpAsync());

        Assert.Contains("is no virtual environment and is not empty, so it stays as it is", foreign.Message, StringComparison.Ordinal);
        Assert.Contains("does not answer: '" + mine + "' is no working Python", silent.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(mine));

        // Only one whose Python is gone is made anew.
        File.WriteAllText(Path.Combine(_folder, "venv", "pyvenv.cfg"), $"home = {Path.Combine(_folder, "gone")}\n");
        Assert.Equal(mine, (await SetUpAsync()).Python.Path);
    }

    [Fact]
    public async Task A_named_interpreter_is_not_ignored_where_an_environment_is_there()
    {
        Write("requirements.txt", "");
        await SetUpAsync();
        var elsewhere = ShellScript.Write(Path.Combine(_folder, "python"), """
            echo "{\"path\": \"$0\", \"version\": [3, 12, 1], \"missing\": []}"
            """);

        var nothing = await Assert.ThrowsAsync<AdapterSetupException>(() => SetUpAsync("venv", "/nope"));
        _said.Clear();
        await SetUpAsync("venv", elsewhere);
        var told = _said.ToList();
        _said.Clear();
        await SetUpAsync("venv", Path.Combine(_folder, "venv", "bin", "python"));

        Assert.StartsWith("--python names no interpreter: '/nope' cannot be executed", nothing.Message, StringComparison.Ordinal);
        Assert.Contains(told, line => line.Contains($", not of {elsewhere}, which --python names.", StringComparison.Ordinal));
        Assert.DoesNotContain(_said, line => line.Contains("which --python names", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_the_system_refuses_is_one_sentence()
    {
        Write("requirements.txt", "");
        File.WriteAllText(Path.Combine(_folder, "file"), "");

        var refused = await Assert.ThrowsAsync<AdapterSetupException>(() => SetUpAsync("file/venv"));

        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void With_uv_its_commands_do_the_same()
    {
        var plan = new InstallPlan("/opt/uv", "/v", "/v/bin/python", ["/wheels"], NoIndex: true);

        Assert.Equal(
            "/opt/uv venv --quiet --clear --system-site-packages --python /usr/bin/python3 /v", $"{plan.Make("/usr/bin/python3")}");
        Assert.Equal(
            "/opt/uv pip install --python /v/bin/python --find-links /wheels --no-index a b", $"{plan.Install(["a", "b"])}");
        var sync = plan.Fill(new AdapterNeeds("/a", NeedsFile.Lock), null)!;
        Assert.Equal(
            "/opt/uv sync --frozen --inexact --no-install-project --project /a --find-links /wheels --no-index", $"{sync}");
        Assert.Equal("/v", sync.Variables!["UV_PROJECT_ENVIRONMENT"]);
        Assert.Null(plan.Fill(new AdapterNeeds("/a", NeedsFile.Project), []));
        Assert.EndsWith(" /a", $"{plan.Fill(new AdapterNeeds("/a", NeedsFile.Project), null)}", StringComparison.Ordinal);
    }

    private Task<AdapterEnvironment> SetUpAsync(string venv = "venv", string? python = null) => new AdapterSetup(
        new AdapterSetupSpec
        {
            Folder = Adapter,
            Venv = Path.Combine(_folder, venv),
            Python = python,
            FindLinks = [Wheels],
            NoIndex = true,
        },
        _said.Add).RunAsync(CancellationToken.None);

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(Adapter, name), text);

    /// <summary>A package of one module, in the form in which pip installs it.</summary>
    private void MakeWheel(string version)
    {
        using var wheel = ZipFile.Open(
            Path.Combine(Wheels, $"snakepit_test_thing-{version}-py3-none-any.whl"), ZipArchiveMode.Create);
        var info = $"snakepit_test_thing-{version}.dist-info";
        Add("snakepit_test_thing.py", $"VERSION = '{version}'\n");
        Add($"{info}/METADATA", $"Metadata-Version: 2.1\nName: snakepit-test-thing\nVersion: {version}\n");
        Add($"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        Add($"{info}/RECORD", $"snakepit_test_thing.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n");

        void Add(string name, string text)
        {
            using var writer = new StreamWriter(wheel.CreateEntry(name).Open());
            writer.Write(text);
        }
    }

    private static async Task<string> AskAsync(string python, string code)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-c", code]) { RedirectStandardOutput = true })!;
        var answer = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return answer.Trim();
    }
}
