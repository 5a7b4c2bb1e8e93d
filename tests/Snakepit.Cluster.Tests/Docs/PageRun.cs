using System.Text.RegularExpressions;
using Snakepit.Launcher;
using Snakepit.TestKit;
using Snakepit.TestKit.Documents;

namespace Snakepit.Cluster.Tests.Docs;

/// <summary>
/// Does what a page says, from its first line to its last. What runs until Ctrl-C gets it: a silo at the end of the page or when the
/// page starts another one, anything else as soon as it has printed something.
/// </summary>
internal sealed partial class PageRun : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private const int Interrupt = 2;

    private readonly DocumentCluster _cluster;
    private readonly string _database;
    private readonly string _own = Directory.CreateTempSubdirectory("snakepit-page-").FullName;
    private readonly string _folder;
    private readonly string _token;
    private readonly Uri _ownUrl = new($"http://127.0.0.1:{FreePorts.Take()}");
    private readonly PageShell _shell;
    private ChildProgram? _silo;
    private bool _edited;

    public PageRun(DocumentCluster cluster, string database)
    {
        _cluster = cluster;
        _database = database;
        _folder = cluster.MakeFolder();
        _token = Path.GetFileName(_own);
        _shell = new PageShell(_folder, _own, _token);
    }

    private Uri Url => _silo is null ? _cluster.First.Url : _ownUrl;

    /// <summary>Runs the commands of a block that are not run elsewhere.</summary>
    public async Task RunAsync(DocumentBlock block)
    {
        if (IsMethod(block))
        {
            Edit(block.Lines);
            return;
        }

        foreach (var command in block.Commands.Where(command => !ElsewhereTable.Has(command)))
        {
            var text = Substitutions.Apply(command.Text, Serves(command.Text) ? _ownUrl : Url, _folder, _database);
            if (Serves(text) && !text.StartsWith("snakepit doctor", StringComparison.Ordinal))
                await ServeAsync(text);
            else if (text.Contains("--follow", StringComparison.Ordinal) || text.Contains("--watch", StringComparison.Ordinal))
                await FollowAsync(text);
            else
                await RunAsync(command, text);
        }
    }

    /// <summary>Presses Ctrl-C where the page's silo runs.</summary>
    public async Task EndAsync()
    {
        if (_silo is null)
            return;
        _silo.Signal(Interrupt);
        Assert.True(await _silo.WaitForExitAsync(Limit) == 0, _silo.Output);
        Assert.Empty(HostProcess.Workers(_token));
        await _silo.DisposeAsync();
        _silo = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_silo is not null)
            await _silo.DisposeAsync();
        await Places.DeleteAsync(_own);
    }

    /// <summary>A method that the page tells its reader to add to the class in the adapter.</summary>
    private static bool IsMethod(DocumentBlock block) => block is { Language: "python", Lines: [[' ', ..], ..] };

    private static bool Serves(string command) => Own().IsMatch(command);

    private void Edit(IEnumerable<string> method)
    {
        File.AppendAllLines(Path.Combine(_folder, "demo", "demo", "adapter.py"), ["", .. method]);
        _edited = true;
    }

    private async Task ServeAsync(string command)
    {
        await EndAsync();
        _silo = _shell.Start(command, _ownUrl);
        using var http = new HttpClient();
        await _silo.WaitUntilReadyAsync(http, new Uri(_ownUrl, "health/ready"), Limit);
        Assert.NotEmpty(HostProcess.Workers(_token));
    }

    private async Task FollowAsync(string command)
    {
        await using var program = _shell.Start(command, Url);
        await Eventually.SeeAsync(() => Task.FromResult(program.Output), output => output.Length > 0, what: $"'{command}' prints");
        program.Signal(Interrupt);
        Assert.True(await program.WaitForExitAsync(Limit) == 0, $"{command}\n{program.Output}");
    }

    /// <summary>After a change of the code it is repeated until the new code answers: workers are replaced one by one.</summary>
    private async Task RunAsync(DocumentCommand command, string text)
    {
        var (code, output) = await Eventually.SeeAsync(() => _shell.RunAsync(text, Url), ran => ran.Code == 0 || !_edited, Limit, text);
        Assert.True(code == 0, $"{command.Page}: '{text}' ended with {code}.\n{output}");
        if (Answers().IsMatch(text))
            Assert.False(string.IsNullOrWhiteSpace(output), $"{command.Page}: '{text}' printed nothing.");
        // A table is as wide as the terminal: dots stand where it was cut.
        foreach (var piece in command.Shown.SelectMany(line => line.Split('…')).Select(Squeezed).Where(piece => piece.Length > 0))
            Assert.Contains(piece, Squeezed(output), StringComparison.Ordinal);
    }

    private static string Squeezed(string text) => Blanks().Replace(text, " ").Trim();

    [GeneratedRegex(@"^(\./)?snakepit (serve|dev|doctor)( |$)")]
    private static partial Regex Own();

    [GeneratedRegex("^(snakepit|curl) ")]
    private static partial Regex Answers();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
