using Snakepit.Core.Options;

namespace Snakepit.Core.Configuration;

/// <summary>Checks what no single option about telemetry can check by itself.</summary>
internal static class TelemetryCheck
{
    public static IEnumerable<OptionMistake> Mistakes(OpenTelemetryOptions options, string path)
    {
        if (options.Exporters.Otlp.Endpoint is not { } endpoint)
            yield break;
        if (Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.UserInfo.Length > 0)
        {
            yield return new OptionMistake(
                $"{path}:Exporters:Otlp:Endpoint", null, "has a user or password in it; put them into OTEL_EXPORTER_OTLP_HEADERS");
        }
        else if (!IsAddress(endpoint))
        {
            yield return new OptionMistake(
                $"{path}:Exporters:Otlp:Endpoint", endpoint, "expected an address such as http://collector:4318, http or https");
        }
    }

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.Query.Length == 0;
}
