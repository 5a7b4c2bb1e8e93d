using System.Text.RegularExpressions;
using Snakepit.TestKit.Documents;

namespace Snakepit.Architecture.Tests.Documents;

/// <summary>Commands in README and <c>docs</c>: where they stand, and whether the program understands them.</summary>
public sealed partial class CommandTests
{
    /// <summary>Else no test would find them: those that stand there are run (Snakepit.Cluster.Tests, Docs).</summary>
    [Fact]
    public void Commands_stand_in_blocks_of_bash_or_behind_the_prompt_of_a_console()
    {
        var hidden =
            from page in DocumentPage.All
            from block in page.Blocks
            from line in block.Others
            where Command().IsMatch(line) || block.Language is "sh" or "shell" or "zsh" && !block.Lines[0].StartsWith("#!")
            select $"{page.Name}, block of line {block.Line}: {line}";

        Assert.Empty(hidden);
    }

    /// <summary>Tests run a page line by line, and give each line the silo that it means.</summary>
    [Fact]
    public void Each_line_is_a_whole_command_and_names_no_silo_for_the_next_ones() => Assert.DoesNotContain(
        DocumentPage.All.SelectMany(page => page.Commands),
        command => command.Text.EndsWith('\\') || command.Text.Contains("<<", StringComparison.Ordinal)
            || command.Text.Contains("SNAKEPIT_URL=", StringComparison.Ordinal));

    [Fact]
    public void The_program_understands_every_command_of_the_pages() =>
        Understands(page => page.Commands.Select(command => command.Text), whole: true);

    [Fact]
    public void The_program_understands_every_command_that_a_text_or_a_table_names() =>
        Understands(page => page.Mentions, whole: false);

    [Fact]
    public void The_program_understands_every_example_of_its_own_help()
    {
        var wrong =
            from line in CommandLines.Examples
            from words in CommandLines.Runs(line)
            from flaw in CommandLines.Flaws(words, whole: true)
            select $"{line}: {flaw}";

        Assert.NotEmpty(CommandLines.Examples);
        Assert.Empty(wrong);
    }

    [Fact]
    public void Every_command_shows_its_exit_codes_and_examples_of_its_own()
    {
        Assert.Contains(["config", "explain"], CommandLines.Commands);
        foreach (var command in CommandLines.Commands)
        {
            Assert.Matches(
                $"Exit codes:\n  0  done\n[^$]*Examples:\n  .*snakepit {string.Join(' ', command)}", CommandLines.Help(command));
        }
    }

    [Theory]
    [InlineData("snakepit status --wach")]
    [InlineData("snakepit statu")]
    [InlineData("snakepit serve --confg snakepit.json")]
    [InlineData("snakepit logs WORKER --lines many")]
    [InlineData("ls | snakepit call add --jsn - > out")]
    [InlineData("./snakepit up --silo 3")]
    [InlineData("./snakepit bench --callers 3")]
    [InlineData("snakepit bench --output docs/benchmark.md")]
    public void A_mistake_in_a_page_is_seen(string line) =>
        Assert.NotEmpty(CommandLines.Flaws(Assert.Single(CommandLines.Runs(line)), whole: false));

    [Theory]
    [InlineData("snakepit logs default@silo-1#0 --lines many", "--lines is 'many'; expected a whole number.")]
    [InlineData("snakepit scale default --size 1.5", "--size is '1.5'; expected a whole number.")]
    [InlineData("snakepit key new --name web --rate fast", "--rate is 'fast'; expected a number.")]
    [InlineData("snakepit status --interval 1,5", "--interval is '1,5'; expected a number.")]
    [InlineData("snakepit scale default --size 99999999999", "--size is '99999999999'; expected a whole number up to 2147483647.")]
    [InlineData("snakepit status --interval 0", "--interval is 0; expected 0.2 to 3600 seconds.")]
    public void An_option_says_which_number_it_expects(string line, string sentence) =>
        Assert.Equal([sentence], CommandLines.Flaws(CommandLines.Runs(line).Single(), whole: true));

    [Theory]
    [InlineData("statu", "'snakepit' has no command 'statu'. Did you mean 'status'?|See 'snakepit --help'.")]
    [InlineData("status --wach", "'snakepit status' has no option --wach. Did you mean '--watch'?|See 'snakepit status --help'.")]
    [InlineData("call add --jsn {}", "'snakepit call' has no option --jsn. Did you mean '--json'?|See 'snakepit call --help'.")]
    [InlineData("call --jsn {} add", "'snakepit call' has no option --jsn. Did you mean '--json'?|See 'snakepit call --help'.")]
    [InlineData("workers --jsn", "'snakepit workers' has no option --jsn. Did you mean '--json'?|See 'snakepit workers --help'.")]
    [InlineData("logs --folow", "'snakepit logs' has no option --folow. Did you mean '--follow'?|See 'snakepit logs --help'.")]
    [InlineData("call -- --odd", "")]
    [InlineData("serve --Snakepit:Pools:0:AdapterArgs:0 --adapter", "")] // told by what reads the configuration
    [InlineData("x", "'snakepit' has no command 'x'.|See 'snakepit --help'.")]
    [InlineData("status x", "'x' is one word too many for 'snakepit status'.|See 'snakepit status --help'.")]
    [InlineData("gen", "'snakepit gen' needs one of its commands: adapter.|See 'snakepit gen --help'.")]
    [InlineData("serve --json", "'snakepit serve' has no option --json.|See 'snakepit serve --help'.")]
    [InlineData("serve --confg x", "'snakepit serve' has no option --confg. Did you mean '--config'?|See 'snakepit serve --help'.")]
    [InlineData("doctor --jsno=true", "'snakepit doctor' has no option --jsno. Did you mean '--json'?|See 'snakepit doctor --help'.")]
    [InlineData("db init --jsn", "'snakepit db init' has no option --jsn. Did you mean '--json'?|See 'snakepit db init --help'.")]
    [InlineData("serve --Snakepit:Pools:0:PoolSize=1 --Logging:LogLevel:Default Debug --environment=Test", "")]
    [InlineData("status --wach --help", "")]
    [InlineData("serve --json --help", "")]
    public void A_mistyped_command_is_told_in_a_sentence_with_the_near_name(string line, string told) =>
        Assert.Equal(told, string.Join('|', CommandLines.Mistakes(line.Split(' '))));

    [Theory]
    [InlineData("")]
    [InlineData("gen")]
    [InlineData("config")]
    [InlineData("db")]
    [InlineData("key")]
    [InlineData("cert")]
    public void A_group_of_commands_shows_examples(string group) =>
        Assert.Matches($"Examples:\n  snakepit {group}", CommandLines.Help(group.Split(' ', StringSplitOptions.RemoveEmptyEntries)));

    private static void Understands(Func<DocumentPage, IEnumerable<string>> lines, bool whole)
    {
        var runs = (
            from page in DocumentPage.All
            from line in lines(page)
            from words in CommandLines.Runs(line)
            select (Place: $"{page.Name}: {line}", Words: words)).ToList();
        var wrong = from run in runs from flaw in CommandLines.Flaws(run.Words, whole) select $"{run.Place}: {flaw}";

        Assert.NotEmpty(runs);
        Assert.Empty(wrong);
    }

    [GeneratedRegex(@"^\s*(\$ )?(((\./|\S*bin/)?snakepit|docker|kubectl|systemctl|dotnet) [a-z-]+( |$)|(curl|tar|pip|npx|psql|export) )")]
    private static partial Regex Command();
}
