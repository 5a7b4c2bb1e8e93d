using System.Runtime.Versioning;
using Snakepit.Workers.Processes;

namespace Snakepit.Workers.Tests.Processes;

[SupportedOSPlatform("linux")]
public sealed class ProcessSurveyTests
{
    private static readonly ProcStat Worker = new('S', 1, 7, 7, 0, TimeSpan.FromSeconds(1), 1, 10);

    [Fact]
    public async Task What_stands_in_a_workers_session_or_below_it_counts_as_its()
    {
        var survey = new ProcessSurvey(() => new()
        {
            [7] = Worker,
            [8] = Worker with { Parent = 7, Group = 8, Session = 7, ResidentPages = 20 },
            [9] = Worker with { Parent = 8, Group = 9, Session = 9, ResidentPages = 40 },
            [10] = Worker with { Parent = 1, Group = 10, Session = 10, ResidentPages = 80 },
        });

        Assert.Equal((70L * Environment.SystemPageSize, 3), await LookAsync(survey));
    }

    [Fact]
    public async Task When_no_file_can_be_opened_nothing_is_known_and_the_next_look_is_another()
    {
        var looks = 0;
        var survey = new ProcessSurvey(() => looks++ == 0 ? throw new IOException("Too many open files") : new() { [7] = Worker });

        Assert.Null(await survey.LookAsync(7, fresh: true));
        Assert.Equal((10L * Environment.SystemPageSize, 1), await LookAsync(survey));
    }

    private static async Task<(long Bytes, int Processes)?> LookAsync(ProcessSurvey survey) =>
        await survey.LookAsync(7, fresh: true) is { } view ? (view.RssBytes, view.Processes) : null;
}
