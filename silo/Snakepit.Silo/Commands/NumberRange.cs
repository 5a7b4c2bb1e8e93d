using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace Snakepit.Silo.Commands;

/// <summary>Options that take a number of a range.</summary>
internal static class NumberRange
{
    /// <summary>
    /// Refuses numbers outside of the range. The command line library refuses what is no number, and asking it for the value of such an
    /// option would throw, so this reads the word itself.
    /// </summary>
    public static void Between<T>(this Option<T> option, T least, T most, string unit = "")
        where T : struct, INumber<T> => option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var number)
                && !(number >= least && number <= most))
                result.AddError($"{option.Name} is {number}; expected {least} to {most}{unit}.");
        });
}
