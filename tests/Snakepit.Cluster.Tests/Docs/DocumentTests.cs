using Snakepit.TestKit;
using Snakepit.TestKit.Documents;

namespace Snakepit.Cluster.Tests.Docs;

/// <summary>Runs the commands of README and <c>docs</c> as they stand there, page by page, in the order of the page.</summary>
public sealed class DocumentTests(DocumentCluster cluster) : IClassFixture<DocumentCluster>
{
    public static TheoryData<string> Pages =>
        [.. DocumentPage.All.Where(page => page.Commands.Any(command => !ElsewhereTable.Has(command))).Select(page => page.Name)];

    [Theory, MemberData(nameof(Pages))]
    public async Task What_a_page_says_works(string name)
    {
        var page = DocumentPage.All.Single(page => page.Name == name);
        var leaver = Mentions(page, " SILO") ? await cluster.AddLeaverAsync() : null;
        var replaced = Mentions(page, "recycle") ? await cluster.First.WorkerPidsAsync() : [];
        await using var run = new PageRun(cluster, Mentions(page, "ConnectionString") ? await cluster.NewDatabaseAsync() : "");

        foreach (var block in page.Blocks)
            await run.RunAsync(block);

        await run.EndAsync();
        Assert.Equal(0, leaver is null ? 0 : await leaver.ExitAsync());
        await Eventually.HoldsAsync(() => !replaced.Any(HostProcess.IsAlive), what: "the workers that were replaced have gone");
    }

    [Fact]
    public void Each_command_that_is_run_elsewhere_stands_on_its_page_and_its_test_exists()
    {
        var commands = DocumentPage.All.SelectMany(page => page.Commands).ToList();
        var tests = Path.Combine(Places.Root, "tests");

        Assert.DoesNotContain(ElsewhereTable.All, entry => !commands.Exists(entry.Has));
        Assert.DoesNotContain(
            ElsewhereTable.All, entry => Directory.GetFiles(tests, $"{entry.Tests}.cs", SearchOption.AllDirectories).Length == 0);
    }

    private static bool Mentions(DocumentPage page, string text) =>
        page.Commands.Any(command => command.Text.Contains(text, StringComparison.Ordinal));
}
