using Microsoft.Extensions.Options;

namespace Snakepit.Client.Connections;

/// <summary>
/// Checks a client's options and reports all mistakes together: option, value, expected form. Passwords are not repeated.
/// </summary>
internal sealed class SnakepitClientOptionsValidator : IValidateOptions<SnakepitClientOptions>
{
    /// <summary>More tries than this are a loop and no retry.</summary>
    public const int MostAttempts = 100;

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, SnakepitClientOptions options)
    {
        var mistakes = new List<string>(options.Mistakes);
        if (string.IsNullOrWhiteSpace(options.DefaultPool))
            mistakes.Add($"{options.Path("DefaultPool")} is empty; expected the name of a pool.");
        if (options.MaxAttempts is < 1 or > MostAttempts)
            mistakes.Add($"{options.Path("MaxAttempts")} is {options.MaxAttempts}; expected 1 to {MostAttempts}.");
        Check(options.DefaultTimeout, "DefaultTimeout");
        Check(options.ConnectTimeout, "ConnectTimeout");
        if (options.IsConnected)
        {
            if (string.IsNullOrWhiteSpace(options.ClusterId))
                mistakes.Add($"{options.Path("ClusterId")} is empty; expected the ClusterId of the silos.");
            if (string.IsNullOrWhiteSpace(options.ServiceId))
                mistakes.Add($"{options.Path("ServiceId")} is empty; expected the ServiceId of the silos.");
            if (options.Tls is { IsSet: true, IsComplete: false })
                mistakes.Add($"{options.Path("Tls")} lacks a file; expected all three of CertificateFile, KeyFile and AuthorityFile.");
            ClientTarget.TryRead(options, mistakes);
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);

        void Check(TimeSpan? duration, string option)
        {
            if (duration is { } value && value <= TimeSpan.Zero && value != Timeout.InfiniteTimeSpan)
                mistakes.Add($"{options.Path(option)} is {value}; expected more than zero, or infinite.");
        }
    }
}
