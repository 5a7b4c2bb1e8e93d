using System.Text;

namespace Snakepit.Errors;

/// <summary>How names of enums are written where other languages read them.</summary>
internal static class WireWord
{
    /// <summary>snake_case of PascalCase.</summary>
    public static string Of(string name)
    {
        var text = new StringBuilder(name.Length + 4);
        foreach (var letter in name)
        {
            if (char.IsUpper(letter) && text.Length > 0)
                text.Append('_');
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
