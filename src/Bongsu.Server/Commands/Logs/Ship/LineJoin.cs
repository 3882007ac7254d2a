using System.Text.RegularExpressions;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Server.Commands.Logs.Ship;

/// <summary>Tells which lines go on with the record before them.</summary>
internal abstract class LineJoin
{
    /// <summary>Reads --multiline: auto, off, or the expression that the first line of a record matches. False, and why, when it is no expression.</summary>
    public static bool TryParse(string text, out LineJoin? join, out string? problem)
    {
        (join, problem) = (null, null);
        if (text is "auto" or "off")
        {
            join = text == "auto" ? new StackTraceJoin() : new NoJoin();
            return true;
        }
        try
        {
            join = new PatternJoin(LinearRegex.Unanchored(text));
            return true;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            problem = $"--multiline: give auto, off, or the expression that a first line matches: {e.Message}";
            return false;
        }
    }

    /// <summary>Whether a line belongs to the record that ends with the one before it.</summary>
    public abstract bool Continues(string line);

    private sealed class NoJoin : LineJoin
    {
        public override bool Continues(string line) => false;
    }

    private sealed class PatternJoin(Regex first) : LineJoin
    {
        public override bool Continues(string line) => !first.IsMatch(line);
    }
}
