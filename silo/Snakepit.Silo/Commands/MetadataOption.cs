using System.CommandLine;
using Snakepit.AspNetCore.Headers;

namespace Snakepit.Silo.Commands;

/// <summary><c>--meta name=value</c>, once for each entry.</summary>
internal static class MetadataOption
{
    public static Option<string[]> Create()
    {
        var option = new Option<string[]>("--meta")
        {
            Description = "Text that the tool reads as context.metadata; may be repeated",
            HelpName = "NAME=VALUE",
        };
        // Here only what an HTTP header cannot carry is refused; the silo checks how many there are and how long they are.
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!IsSendable(token.Value))
                {
                    result.AddError(
                        $"--meta '{token.Value}' is not NAME=VALUE: a name of ASCII letters, digits, '-', '_' and '.', "
                        + "and a value without control characters.");
                }
            }
        });
        return option;
    }

    private static bool IsSendable(string entry)
    {
        var split = entry.IndexOf('=');
        return split > 0
            && entry[..split].All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            && !entry.Any(char.IsControl);
    }

    public static void Add(HttpClient http, string[] entries)
    {
        foreach (var entry in entries)
        {
            var split = entry.IndexOf('=');
            http.DefaultRequestHeaders.TryAddWithoutValidation(SnakepitHeaders.MetaPrefix + entry[..split], entry[(split + 1)..]);
        }
    }
}
