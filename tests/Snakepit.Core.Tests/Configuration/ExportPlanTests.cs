using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Core.Tests.Configuration;

public sealed class ExportPlanTests
{
    private readonly OpenTelemetryOptions _options = new();
    private readonly Dictionary<string, string> _variables = [];

    [Fact]
    public void Nothing_is_sent_when_nothing_names_a_place() => Assert.False(Plan().Exports);

    [Fact]
    public void An_endpoint_is_enough()
    {
        _options.Exporters.Otlp.Endpoint = "http://collector:4318";

        Assert.Equal(new ExportPlan(Otlp: true, Metrics: true, Traces: true, Console: false), Plan());
    }

    [Fact]
    public void The_standard_variable_is_enough_unless_the_application_exports_by_itself()
    {
        _variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://collector:4317";

        Assert.True(Plan().Otlp);
        Assert.False(Plan(hasOwnPipeline: true).Exports);
    }

    [Fact]
    public void Enabled_without_a_place_means_the_collector_of_this_host()
    {
        _options.Enabled = true;

        Assert.True(Plan().Otlp);
    }

    [Fact]
    public void The_console_alone_needs_no_collector()
    {
        _options.Enabled = true;
        _options.Exporters.Console.Enabled = true;

        Assert.Equal(new ExportPlan(Otlp: false, Metrics: true, Traces: true, Console: true), Plan());
    }

    [Fact]
    public void Disabled_sends_nothing_whatever_else_is_set()
    {
        _options.Exporters.Otlp.Endpoint = "http://collector:4318";
        _options.Exporters.Console.Enabled = true;

        _options.Enabled = false;
        Assert.False(Plan().Exports);

        _options.Enabled = true;
        _variables["OTEL_SDK_DISABLED"] = "true";
        Assert.False(Plan().Exports);
    }

    [Fact]
    public void The_standard_variables_leave_one_signal_out()
    {
        _options.Exporters.Otlp.Endpoint = "http://collector:4318";
        _variables["OTEL_TRACES_EXPORTER"] = "none";

        Assert.Equal((true, false), (Plan().Metrics, Plan().Traces));
    }

    [Theory]
    [InlineData("collector:4318")]
    [InlineData("/var/run/collector")]
    public void An_endpoint_that_is_no_address_is_told(string endpoint)
    {
        var node = ConfigNode.FromFlat(
            "Snakepit",
            [
                new("Pools:0:Name", "ml"), new("Pools:0:AdapterModule", "a.A"), new("OpenTelemetry:Exporters:Otlp:Endpoint", endpoint),
            ]);

        var error = Assert.Throws<InvalidOptionsException>(() => SnakepitOptionsValidator.Read(node));

        Assert.Contains(
            $"Snakepit:OpenTelemetry:Exporters:Otlp:Endpoint = '{endpoint}': expected an address such as http://collector:4318",
            error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_endpoint_with_a_password_is_told_without_it()
    {
        var node = ConfigNode.FromFlat(
            "Snakepit",
            [
                new("Pools:0:Name", "ml"), new("Pools:0:AdapterModule", "a.A"),
                new("OpenTelemetry:Exporters:Otlp:Endpoint", "http://me:hidden-word@collector:4318"),
            ]);

        var error = Assert.Throws<InvalidOptionsException>(() => SnakepitOptionsValidator.Read(node));

        Assert.Contains("Otlp:Endpoint: has a user or password in it", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hidden-word", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_standard_variable_switches_everything_off()
    {
        _options.Exporters.Otlp.Endpoint = "http://collector:4318";
        _variables["OTEL_SDK_DISABLED"] = "TRUE";

        Assert.Equal((false, true), (Plan().Exports, ExportPlan.IsSwitchedOff(_variables.GetValueOrDefault)));
    }

    private ExportPlan Plan(bool hasOwnPipeline = false) => ExportPlan.Of(_options, _variables.GetValueOrDefault, hasOwnPipeline);
}
