using Microsoft.Extensions.Options;
using Snakepit.Core.Configuration;
using Snakepit.Core.Options;

namespace Snakepit.Hosting.Options;

/// <summary>Reports every mistake in the configuration and in the options that code has set, all at once.</summary>
internal sealed class OptionsCheck(SectionSource section) : IValidateOptions<SnakepitOptions>
{
    public ValidateOptionsResult Validate(string? name, SnakepitOptions options)
    {
        string[] mistakes = [.. section.Mistakes.Concat(SnakepitOptionsValidator.Mistakes(options)).Select(mistake => mistake.ToString())];
        return mistakes.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
