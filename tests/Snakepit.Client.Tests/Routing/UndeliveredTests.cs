using Snakepit.Client.Routing;
using Snakepit.Errors;

namespace Snakepit.Client.Tests.Routing;

public sealed class UndeliveredTests
{
    [Theory]
    [InlineData(typeof(TimeoutException))]
    [InlineData(typeof(SiloUnavailableException))]
    [InlineData(typeof(InvalidOperationException))]
    public void What_does_not_say_that_the_request_stayed_here_may_have_run(Type error) =>
        Assert.Equal(Outcome.MaybeRan, Undelivered.OutcomeOf((Exception)Activator.CreateInstance(error)!));

    [Fact]
    public void A_gateway_that_stops_has_passed_nothing_on() =>
        Assert.Equal(
            Outcome.NotStarted,
            Undelivered.OutcomeOf(new SiloUnavailableException("Silo 'S127.0.0.1:11111:1' is shutting down.")));

    [Fact]
    public void A_gateway_that_is_too_busy_has_passed_nothing_on() =>
        Assert.Equal(Outcome.NotStarted, Undelivered.OutcomeOf(new GatewayTooBusyException("busy")));
}
