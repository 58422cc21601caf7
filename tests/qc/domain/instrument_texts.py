"""Small instrument files of our own making, one for each mapping that ships."""

from pathlib import Path

from qc.domain.instrument_files.mapping_file import FileMapping, read_mapping

MAPPINGS = Path(__file__).resolve().parents[3] / "qc" / "masterdata" / "mappings"

POSITIONS = (
    "Use\tPosition\tMean Int.\tAv. No of Particles\tConc. (p./mL)\tOrig. Conc. (p./cm^3)\tNo. of Traces\tX50 (nm)\tPeak ø (nm)\tSpan"
    "\tDrift (µm/s)\tRemoval\n"
    "X\t0.10\t15.9\t366.0\t1.6E+8\t7.9E+10\t28\t110.0\t83.3\t1.8\t5.7\t\n"
    "X\t0.15\t22.6\t512.0\t2.2E+8\t1.1E+11\t15\t113.8\t103.8\t1.2\t2.3\t\n"
    "\t0.20\t5.5\t62.0\t2.7E+7\t1.3E+10\t27\t155.0\t135.4\t1.2\t31.9\tMAX_DRIFT\n"
    "\tMean\t19.2\t439.0\t1.9E+8\t9.4E+10\t21.5\t111.9\t93.6\t1.5\t4.0\t\n"
    "\tSt.Dev.\t4.7\t103.2\t4.2E+7\t2.2E+10\t9.2\t2.7\t14.5\t0.4\t2.4\t\n"
    "\tRel.St.Dev.\t24.6\t23.5\t2.2E+1\t2.3E+1\t42.8\t2.4\t15.5\t28.3\t60.1\t\n"
)
TEXTS: dict[str, str] = {
    "nta_zetaview_positions": POSITIONS,
    "nta_zetaview_run": "Operator:\tAdmin\nSample:\tEV-1\nConductivity: 52.000000\tsensed\nZeta Potential (Mean):\t-22.210896\tmV\nVoltage:\t0.000000\n",
    "nta_nanosight": (
        "NTA version,3.4\n\nSample,Dilution factor,Completed tracks,Concentration (Particles / ml),Mode,D10,D90\n"
        "Blank 1,1,12,1.10e+006,88.1,61.0,140.2\nSMP-1,500,2210,2.62e+010,118.4,79.2,214.9\nSMP-2,500,0,0.00e+000,0.0,0.0,0.0\n"
    ),
    "ddpcr_junctions": (
        "Well;Sample;Target;Status;Conc(copies/mL);LOD\nA01;SMP-1;OCT4;OK;Not detected;150\nA02;SMP-1;SOX2;OK;ND;150\nA03;SMP-1;KLF4;OK;12,5;150\n"
        "A04;SMP-1;MYC;Check;0,0;150\nA05;NTC 1;OCT4;OK;0,0;150\nA06;SMP-1;RPP30;OK;8421,3;150\n"
    ),
    "qpcr_dna": (
        "Block Type,96 well\n\nWell,Sample Name,Target,Task,Omit,Ct,Quantity,Unit,LOD,LOQ\nA1,STD-1,Alu,STANDARD,false,18.2,10,ng/dose,0.01,0.05\n"
        "B1,SMP-1,Alu,UNKNOWN,false,27.41,2.31,ng/dose,0.01,0.05\nB2,SMP-2,Alu,UNKNOWN,false,Undetermined,Undetermined,ng/dose,0.01,0.05\n"
        "B3,SMP-3,Alu,UNKNOWN,true,31.2,0.4,ng/dose,0.01,0.05\nB4,SMP-4,Alu,UNKNOWN,false,36.0,<LOQ,ng/dose,0.01,0.05\n"
    ),
    "plate_protein": (
        "Plate:\tBCA 1\n\nSample\tWells\tMean Result\tDilution\nSTD01\tA1\t2000\t1\n"
        "SMP-1\tC1,C2\t21,8\t2\nSMP-2\tD1,D2\tRange?\t2\n~End\nfitted\t4PL\n"
    ),
    "cell_counter": "Sample ID;Images;Viability (%);Total cells\nControl A;60;99,1;1200\nSMP-1;60;95,4;1810\nSMP-2;0;0;0\n",
    "endotoxin_csv": (
        "Sample,Spike recovery,Result,Unit,Remark\nNegative control,,<0.005,EU/mL,\nSMP-1,Pass,0.120,EU/mL,\nSMP-2,Pass,<0.050,EU/mL,\n"
        "SMP-3,Fail,0.080,EU/mL,repeat\nStandard curve,,,,\nr,,-0.999,,\n"
    ),
    "flow_msc": (
        "Sample,Live events," + ",".join(f"{m} | Freq. of Live (%)" for m in (
            "CD73+", "CD90+", "CD105+", "CD45+", "CD34+", "CD14+ or CD11b+", "CD79a+ or CD19+", "HLA-DR+"))
        + "\nFMO CD73,20000,0.4,0.1,0.2,0.1,0.1,0.1,0.1,0.1\nSMP-1,20000,99.1,98.7,97.2,0.31,0.12,0.20,0.11,0.45\nSMP-2,0,n/a,n/a,n/a,n/a,n/a,n/a,n/a,n/a\n"
    ),
}  # fmt: skip


def mapping(name: str) -> FileMapping:
    return read_mapping((MAPPINGS / f"{name}.toml").read_text())


def small(**changes: str) -> FileMapping:
    """A mapping of two columns, with lines of its tables replaced: `small(mapping='decimal = "comma"')`."""
    text = {"mapping": "", "sample": 'column = "Sample"', "value": "", "more": "", **changes}
    return read_mapping(
        f'[mapping]\ncode = "M"\ntitle = "M"\nformat = "delimited"\nmethods = ["TM-1"]\n{text["mapping"]}\n[sample]\n{text["sample"]}\n{text["more"]}\n'
        f'[[value]]\ncolumn = "Result"\nunit = "EU/mL"\ntests = ["T"]\n{text["value"]}\n'
    )
