using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Options;

public sealed class PythonTelemetryOptionsTests
{
    [Theory]
    [InlineData("", "", "model.scored", true)]
    [InlineData("model.*", "", "model.scored", true)]
    [InlineData("model.*", "", "load.stop", false)]
    [InlineData("load,model.*", "", "load", true)]
    [InlineData("", "*.start", "load.start", false)]
    [InlineData("load.*", "*.start", "load.start", false)]
    [InlineData("load.*", "*.start", "load.stop", true)]
    [InlineData("Load.*", "", "load.stop", false)]
    public void A_name_is_taken_when_it_is_allowed_and_not_denied(string allow, string deny, string name, bool taken) =>
        Assert.Equal(taken, Options(allow, deny).Takes(name, 0));

    [Theory]
    [InlineData(1, 0.999, true)]
    [InlineData(0.1, 0.099, true)]
    [InlineData(0.1, 0.1, false)]
    [InlineData(0, 0, false)]
    public void A_share_of_the_events_is_taken(double sampling, double chance, bool taken) =>
        Assert.Equal(taken, (Options() with { Sampling = sampling }).Takes("load.stop", chance));

    private static PythonTelemetryOptions Options(string allow = "", string deny = "") => new()
    {
        Allow = allow.Split(',', StringSplitOptions.RemoveEmptyEntries),
        Deny = deny.Split(',', StringSplitOptions.RemoveEmptyEntries),
    };
}
