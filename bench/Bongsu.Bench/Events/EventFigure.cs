namespace Bongsu.Bench.Events;

/// <summary>A line of the table. A ratio is ours over the peer's; must and aim are for the ratio, or for our figure itself where there is no peer to be had.</summary>
internal sealed record EventFigure(string Name, double Ours, double Peer = double.NaN, double Must = double.NaN, double Aim = double.NaN, bool IsAbsolute = false, string Note = "")
{
    private double Judged => IsAbsolute ? Ours : Ours / Peer;

    private string Verdict => double.IsNaN(Must) || double.IsNaN(Judged) ? "" : Judged <= Aim ? "aim" : Judged <= Must ? "must" : "MISSED";

    public static void PrintHead(string peer) =>
        Console.WriteLine($"\n{"figure",-40}{"ours",12}{peer,14}{"ratio",9}{"must",7}{"aim",7}");

    public void Print() =>
        Console.WriteLine($"{Name,-40}{Text(Ours),12}{Text(Peer),14}{Text(Ours / Peer),9}{Text(Must),7}{Text(Aim),7}  {Verdict,-7} {Note}");

    private static string Text(double value) => double.IsNaN(value) ? "" : Math.Abs(value) switch
    {
        >= 1000 => value.ToString("N0", System.Globalization.CultureInfo.InvariantCulture),
        >= 10 => value.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture),
        >= 0.1 => value.ToString("0.00", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture),
    };
}
